package dev.sparsam.web.internal;

import dev.sparsam.web.internal.Accounts.Login;
import dev.sparsam.web.internal.Answer.Mistake;
import dev.sparsam.web.internal.Answer.Redirect;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Logging in and out, the own password, the language. */
final class SignInPages {
    private static final Duration JUST_LOGGED_IN = Duration.ofMinutes(10);

    private final Accounts accounts;
    private final Sessions sessions;
    private final Cookies cookies;
    private final Uploads uploads;

    SignInPages(Accounts accounts, Sessions sessions, Cookies cookies, Uploads uploads) {
        this.uploads = uploads;
        this.accounts = accounts;
        this.sessions = sessions;
        this.cookies = cookies;
    }

    /**
     * The login form.
     *
     * @param login the name typed before
     * @param next where to go afterwards
     * @param error what was wrong; empty for nothing
     */
    record LoginForm(String login, String next, String error) {}

    /**
     * The password form.
     *
     * @param first whether a one-time password is being replaced
     * @param needsCurrent whether the current password is asked for
     * @param currentError what is wrong with the current password; empty for nothing
     * @param newError what is wrong with the new one
     * @param repeatError what is wrong with its repetition
     */
    record PasswordForm(
            boolean first, boolean needsCurrent, String currentError, String newError, String repeatError) {}

    List<Route> routes() {
        return List.of(
                Route.get("/login", Route.PUBLIC, this::loginPage),
                Route.post("/login", Route.PUBLIC, this::login),
                Route.post("/logout", Route.ANYONE, this::logout),
                Route.get("/password", Route.ANYONE, visit -> passwordPage(visit, "", "", "")),
                Route.post("/password", Route.ANYONE, this::changePassword),
                Route.post("/language", Route.PUBLIC, this::language));
    }

    private Answer loginPage(Visit visit) {
        if (visit.session().isPresent()) {
            return Redirect.to("/");
        }
        return page(visit, new LoginForm("", visit.request().query("next"), ""));
    }

    private static Answer.Page page(Visit visit, LoginForm form) {
        return Answer.Page.of("login", form, "", visit.t("login.title"));
    }

    private Answer login(Visit visit) {
        Request request = visit.request();
        String name = request.form("login");
        String next = request.form("next");
        Login outcome = accounts.login(name, request.raw("password"), request.address());
        if (outcome instanceof Login.Welcome welcome) {
            visit.session().ifPresent(old -> sessions.close(old.token()));
            Optional<String> token = sessions.open(welcome.account().login(), welcome.stored());
            if (token.isPresent()) {
                String target = welcome.account().mustChange() ? "/password" : localPath(next);
                return Redirect.to(target).cookie(cookies.session(request, token.get()));
            }
        }
        if (outcome instanceof Login.Later later) {
            String text = visit.t("login.later", Math.max(1, later.pause().toSeconds()));
            return page(visit, new LoginForm(name, next, text)).status(429);
        }
        return page(visit, new LoginForm(name, next, visit.t("login.wrong"))).status(401);
    }

    /** A path of ours, or the first page: a link to the login must not lead elsewhere afterwards. */
    static String localPath(String next) {
        boolean local = next.matches("/[A-Za-z0-9._/-]*") && !next.startsWith("//") && next.length() < 300;
        return local ? next : "/";
    }

    private Answer logout(Visit visit) {
        visit.session().ifPresent(session -> {
            uploads.discard(session.token());
            sessions.close(session.token());
        });
        return Redirect.to("/login").cookie(cookies.noSession(visit.request()));
    }

    /**
     * Whether the one-time password has just been typed: a session of an account that has one was opened with it, because
     * giving one ends all sessions. Whoever comes back to an open screen later has to know it.
     */
    private static boolean knowsCurrent(Visit visit) {
        return visit.account().mustChange()
                && visit.session()
                        .filter(session ->
                                session.created().plus(JUST_LOGGED_IN).isAfter(visit.now()))
                        .isPresent();
    }

    private static Answer.Page passwordPage(Visit visit, String currentError, String newError, String repeatError) {
        PasswordForm form = new PasswordForm(
                visit.account().mustChange(),
                !knowsCurrent(visit) || !currentError.isEmpty(),
                currentError,
                newError,
                repeatError);
        return Answer.Page.of("password", form, "", visit.t("password.title"));
    }

    private static Answer.Page refused(Visit visit, String currentError, String newError, String repeatError) {
        return passwordPage(visit, currentError, newError, repeatError)
                .wrong(Mistake.of(
                        Map.of("current", currentError, "new", newError, "repeat", repeatError),
                        List.of("current", "new", "repeat")));
    }

    private Answer changePassword(Visit visit) {
        Request request = visit.request();
        Account account = visit.account();
        String current = request.raw("current");
        String chosen = request.raw("new");
        String newError = "";
        if (chosen.codePointCount(0, chosen.length()) < Passwords.MIN_LENGTH) {
            newError = visit.t("password.short", Passwords.MIN_LENGTH);
        } else if (chosen.length() > Passwords.MAX_LENGTH) {
            newError = visit.t("password.long", Passwords.MAX_LENGTH);
        } else if (Accounts.normalized(chosen).equals(account.login())) {
            newError = visit.t("password.is-login");
        } else if (knowsCurrent(visit) ? accounts.fits(account.login(), chosen) : chosen.equals(current)) {
            newError = visit.t("password.same");
        } else if (chosen.codePoints().distinct().count() < 4) {
            newError = visit.t("password.simple");
        }
        String repeatError = chosen.equals(request.raw("repeat")) ? "" : visit.t("password.differs");
        if (!newError.isEmpty() || !repeatError.isEmpty()) {
            return refused(visit, "", newError, repeatError);
        }
        Optional<String> verified;
        if (knowsCurrent(visit)) {
            verified = visit.session().flatMap(session -> sessions.openedWith(session.token()));
        } else {
            Login check = accounts.login(account.login(), current, request.address());
            if (check instanceof Login.Later later) {
                String text = visit.t("login.later", Math.max(1, later.pause().toSeconds()));
                return passwordPage(visit, text, "", "").status(429);
            }
            verified = check instanceof Login.Welcome welcome ? Optional.of(welcome.stored()) : Optional.empty();
        }
        Optional<String> stored =
                verified.flatMap(proven -> accounts.changePassword(account, proven, chosen, visit.principal()));
        if (stored.isEmpty()) {
            return refused(visit, visit.t("password.wrong"), "", "");
        }
        Optional<String> token = sessions.open(account.login(), stored.get());
        if (token.isEmpty()) {
            // Somebody has given a one-time password in between: that one counts.
            return Redirect.to("/login").cookie(cookies.noSession(request));
        }
        sessions.flash(
                token.get(), Optional.of(Flash.ok(visit.t("password.changed")).write()));
        return Redirect.to("/").cookie(cookies.session(request, token.get()));
    }

    private Answer language(Visit visit) {
        String language = visit.request().form("language");
        if (!Texts.LANGUAGES.contains(language)) {
            throw PageException.notFound();
        }
        visit.session().ifPresent(session -> accounts.language(session.account().login(), language));
        return Redirect.to(localPath(visit.request().form("back"))).cookie(cookies.language(visit.request(), language));
    }
}
