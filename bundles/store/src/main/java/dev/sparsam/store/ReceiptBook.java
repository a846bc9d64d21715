package dev.sparsam.store;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Where receipts go. The ledger implements it; it stands here, below the ledger, so that whatever writes to the
 * database can leave its receipt in the same transaction without knowing the ledger.
 */
@ProviderType
public interface ReceiptBook {
    /**
     * Appends receipts in this order, within the thread's transaction: either the act and its receipt are both there
     * afterwards, or neither.
     *
     * @return where each receipt stands, from 0, in the order given
     * @throws StoreException when the database cannot be reached
     */
    List<Long> append(List<Receipt> receipts);

    /** Appends one receipt; see {@link #append(List)}. */
    default long append(Receipt receipt) {
        return append(List.of(receipt)).get(0);
    }
}
