package dev.sparsam.web.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProxiesTest {
    private static final Proxies NONE = Proxies.of("");
    private static final Proxies LOCAL = Proxies.of("127.0.0.1, ::1 ,10.0.0.7");

    @Test
    void withoutProxiesTheHeaderIsNotBelieved() {
        assertThat(NONE.client("127.0.0.1", List.of("192.0.2.9"))).isEqualTo("127.0.0.1");
    }

    @Test
    void aStrangersHeaderIsNotBelieved() {
        assertThat(LOCAL.client("198.51.100.4", List.of("192.0.2.9"))).isEqualTo("198.51.100.4");
    }

    @Test
    void whatTheProxyWroteLastIsTheClient() {
        assertThat(LOCAL.client("127.0.0.1", List.of("203.0.113.66, 192.0.2.9")))
                .isEqualTo("192.0.2.9");
        assertThat(LOCAL.client("127.0.0.1", List.of("203.0.113.66", "192.0.2.9")))
                .isEqualTo("192.0.2.9");
    }

    @Test
    void proxiesBehindProxiesArePassedOver() {
        assertThat(LOCAL.client("0:0:0:0:0:0:0:1", List.of("203.0.113.66, 2001:db8::9, 10.0.0.7")))
                .isEqualTo("2001:db8::9");
    }

    @Test
    void withoutAHeaderTheProxyItselfIsTheClient() {
        assertThat(LOCAL.client("127.0.0.1", List.of())).isEqualTo("127.0.0.1");
    }

    @Test
    void anEntryThatIsNoAddressEndsTheWalk() {
        assertThat(LOCAL.client("127.0.0.1", List.of("192.0.2.9, unknown, 10.0.0.7")))
                .isEqualTo("10.0.0.7");
        assertThat(LOCAL.client("127.0.0.1", List.of("localhost"))).isEqualTo("127.0.0.1");
    }

    @Test
    void aWrongSettingIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Proxies.of("127.0.0.1, proxy.example"))
                .withMessageContaining("proxy.example")
                .withMessageContaining("127.0.0.1, ::1");
    }
}
