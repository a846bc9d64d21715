package dev.sparsam.logs.internal;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the heap grow while a large sweep is at work, and gives the memory back afterwards. A server that waits all day is
 * started so that it keeps its heap as small as it can ({@code -XX:MinHeapFreeRatio}, {@code -XX:MaxHeapFreeRatio}); with
 * so little room a sweep would spend a third of its time collecting garbage. Where these were not given when the virtual
 * machine was started, its heap is not ours to tune, and nothing is done.
 */
final class HeapRoom {
    private static final Logger LOG = LoggerFactory.getLogger(HeapRoom.class);

    /** In percent, what virtual machines take by themselves; the larger one is changed first when they rise. */
    private static final List<Ratio> ROOMY =
            List.of(new Ratio("MaxHeapFreeRatio", "70"), new Ratio("MinHeapFreeRatio", "40"));

    /** In bytes: a heap that has grown by more is worth a collection that gives memory back. */
    private static final long GROWN = 32L << 20;

    private static final Object LOCK = new Object();

    /** How many sweeps are at work, and what they will restore, in the order in which it was changed. */
    private static int sweeps;

    private static List<Ratio> before = List.of();
    private static long size;

    private HeapRoom() {}

    private record Ratio(String option, String percent) {}

    /** What needs room. */
    interface Work {
        void run() throws InterruptedException;
    }

    static void within(Work work) throws InterruptedException {
        take();
        try {
            work.run();
        } finally {
            giveBack();
        }
    }

    private static void take() {
        synchronized (LOCK) {
            if (sweeps++ == 0) {
                size = Runtime.getRuntime().totalMemory();
                before = replace(ROOMY);
            }
        }
    }

    /** The last of several that sweep at a time restores what was. */
    private static void giveBack() {
        synchronized (LOCK) {
            if (--sweeps > 0 || before.isEmpty()) {
                return;
            }
            List<Ratio> reverse = new ArrayList<>(before);
            Collections.reverse(reverse);
            replace(reverse);
            before = List.of();
            if (Runtime.getRuntime().totalMemory() - size > GROWN) {
                // Only after a full collection does the virtual machine shrink the heap, and an idle one has none.
                System.gc();
            }
        }
    }

    /** @return what held before; empty when nothing was changed */
    private static List<Ratio> replace(List<Ratio> ratios) {
        HotSpotDiagnosticMXBean machine;
        try {
            machine = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        } catch (IllegalArgumentException | LinkageError e) {
            LOG.debug("No virtual machine whose heap could be tuned", e);
            return List.of();
        }
        if (machine == null) {
            return List.of();
        }
        List<Ratio> replaced = new ArrayList<>();
        for (Ratio ratio : ratios) {
            try {
                VMOption option = machine.getVMOption(ratio.option());
                if (option.isWriteable() && isGiven(option)) {
                    machine.setVMOption(ratio.option(), ratio.percent());
                    replaced.add(new Ratio(ratio.option(), option.getValue()));
                }
            } catch (IllegalArgumentException e) {
                LOG.debug("{} cannot be changed", ratio.option(), e);
            }
        }
        return replaced;
    }

    private static boolean isGiven(VMOption option) {
        return option.getOrigin() == VMOption.Origin.VM_CREATION || option.getOrigin() == VMOption.Origin.MANAGEMENT;
    }
}
