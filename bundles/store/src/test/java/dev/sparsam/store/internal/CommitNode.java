package dev.sparsam.store.internal;

import java.nio.file.Path;

/** A process that commits until it is killed, for tests: says each number when its two rows are committed. */
final class CommitNode {
    private CommitNode() {}

    /**
     * Commits and never ends by itself.
     *
     * @param args folder of the embedded database, first number
     */
    public static void main(String[] args) {
        try (Pool pool = Pool.open(ConnectionSettings.embedded(Path.of(args[0]), 3))) {
            JdbcDatabase database = pool.database();
            for (int i = Integer.parseInt(args[1]); ; i++) {
                int number = i;
                database.transaction(sql -> sql.update("insert into pair (nr, half) values (?, 1)", number)
                        + sql.update("insert into pair (nr, half) values (?, 2)", number));
                System.out.println(number);
                System.out.flush();
            }
        }
    }
}
