package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** In virtual machines of their own, as the options of the one that runs the tests are not those of a server. */
class HeapRoomTest {
    @Test
    void aTightHeapIsRoomyAsLongAsASweepIsAtWork() throws IOException, InterruptedException {
        assertThat(said("-XX:MinHeapFreeRatio=10", "-XX:MaxHeapFreeRatio=30"))
                .containsExactly("before 10 30", "within 40 70", "one of two has ended 40 70", "after 10 30");
    }

    @Test
    void whatASweepHasMadeIsGivenBackToTheSystem() throws IOException, InterruptedException {
        List<String> said = said(
                "-XX:MinHeapFreeRatio=10",
                "-XX:MaxHeapFreeRatio=30",
                "-XX:-ShrinkHeapInSteps",
                "-Xms16m",
                "-Dgarbage=true");

        assertThat(said).last().isEqualTo("after 10 30 and small again");
    }

    @Test
    void aHeapThatNobodyHasMadeTightIsLeftAlone() throws IOException, InterruptedException {
        assertThat(said("-XX:MaxHeapFreeRatio=65"))
                .containsExactly("before 40 65", "within 40 70", "one of two has ended 40 70", "after 40 65");
        // This collector has other ratios by itself than a sweep sets, so it would show.
        assertThat(said("-XX:-UseSerialGC", "-XX:+UseParallelGC"))
                .containsExactly("before 0 100", "within 0 100", "one of two has ended 0 100", "after 0 100");
    }

    private static List<String> said(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-Xmx192m"));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Server.class.getName()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return said.lines().toList();
    }

    /** What has a heap. */
    static final class Server {
        private Server() {}

        private static String ratios() {
            HotSpotDiagnosticMXBean machine = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            return machine.getVMOption("MinHeapFreeRatio").getValue() + " "
                    + machine.getVMOption("MaxHeapFreeRatio").getValue();
        }

        public static void main(String[] arguments) throws InterruptedException {
            System.out.println("before " + ratios());
            boolean garbage = Boolean.getBoolean("garbage");
            long size = Runtime.getRuntime().totalMemory();
            HeapRoom.within(() -> {
                System.out.println("within " + ratios());
                HeapRoom.within(() -> {});
                System.out.println("one of two has ended " + ratios());
                if (garbage) {
                    List<byte[]> all = new ArrayList<>();
                    for (int i = 0; i < 100; i++) {
                        all.add(new byte[1 << 20]);
                    }
                    if (Runtime.getRuntime().totalMemory() - size < 64L << 20) {
                        throw new IllegalStateException("The heap should have grown for " + all.size() + " MB");
                    }
                }
            });
            boolean small = Runtime.getRuntime().totalMemory() - size < 32L << 20;
            System.out.println("after " + ratios() + (garbage && small ? " and small again" : ""));
        }
    }
}
