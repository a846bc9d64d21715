package dev.sparsam.sample;

import dev.sparsam.sample.ServiceLines.Service;
import java.net.IDN;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The tenants and sites of the provider. They are always the same; the seed makes only their logs. */
final class Inventory {
    /**
     * A tenant: {@code @KIND id parent | label | person type | language | status}; then, for a customer, its sites:
     * {@code domain layout lines-per-day problem-or-service…}. A site with {@code ^} belongs to the last one without.
     */
    private static final String TEXT = """
            @PROVIDER hafenkante - | Hafenkante Hosting GmbH | LEGAL | de | ACTIVE
            @RESELLER r-nordlicht hafenkante | Nordlicht Webagentur OHG | LEGAL | de | ACTIVE
            @RESELLER r-pixelmuehle hafenkante | Atelier Pixelmühle | NATURAL | de | ACTIVE

            @CUSTOMER k1001 r-nordlicht | Bäckerei Lindner | NATURAL | de | ACTIVE
            baeckerei-lindner.example APACHE_DAILY 60 HOST_NAME_CLIENT
            ^shop.baeckerei-lindner.example APACHE_DAILY 130 ADDRESS_IN_QUERY EMAIL_IN_QUERY STACK_TRACE
            ^www2.baeckerei-lindner.example ALIAS 0 NO_LOGS
            brotkurs.example APACHE_WEEKLY 7
            bäckerei-lindner.example ALIAS 0 NO_LOGS

            @CUSTOMER k1002 r-nordlicht | Kanzlei Vogt & Partner mbB | LEGAL | de | ACTIVE
            kanzlei-vogt.example ISPCONFIG 30 TOUCHED_MTIME MAIL
            ^mandanten.kanzlei-vogt.example ISPCONFIG 12
            ^termine.kanzlei-vogt.example ISPCONFIG 7 EMAIL_IN_QUERY
            erbrecht-lexikon.example ISPCONFIG 90 CRLF_LINES
            vogt-mediation.example ISPCONFIG 5

            @CUSTOMER k1003 r-nordlicht | Praxis Dr. Leyla Arslan | NATURAL | de | ACTIVE
            praxis-arslan.example NGINX_DAILY 22 ZONE_ID MAIL SSHD
            ^termin.praxis-arslan.example NGINX_DAILY 35 STACK_TRACE
            hautarzt-suedstadt.example NGINX_DATED 10
            praxis-arslan.test NGINX_DAILY 2

            @CUSTOMER k1004 r-nordlicht | Weingut Sonnleitner KG | LEGAL | de | ACTIVE
            weingut-sonnleitner.example APACHE_DAILY 45 TOUCHED_MTIME MAIL XFERLOG
            ^shop.weingut-sonnleitner.example APACHE_DAILY 75 LATIN1_BYTES
            ^en.weingut-sonnleitner.example APACHE_DAILY 20
            weinprobe.example APACHE_WEEKLY 10
            schöne-weine.example APACHE_DAILY 6

            @CUSTOMER k1005 r-pixelmuehle | Jonas Petersen Fotografie | NATURAL | de | ACTIVE
            petersen-foto.example APACHE_DAILY 37 PROFTPD
            ^galerie.petersen-foto.example APACHE_DAILY 65 LONG_LINE
            hochzeit-an-der-foerde.example APACHE_DAILY 15
            kunst-am-kai.example APACHE_DAILY 13
            petersen-foto.test APACHE_DAILY 2 EMPTY_DIRECTORY

            @CUSTOMER k1006 r-pixelmuehle | Ferienhof Möwennest GbR | LEGAL | de | ACTIVE
            moewennest.example NGINX_DAILY 42 LATIN1_BYTES MAIL PHP_FPM
            ^buchung.moewennest.example NGINX_DAILY 70 ADDRESS_IN_QUERY
            ^webcam.moewennest.example NGINX_DAILY 160
            möwennest.example ALIAS 0 NO_LOGS
            urlaub-auf-pellworm.example NGINX_DATED 12

            @CUSTOMER k1007 r-pixelmuehle | Stichting Fietsroutes Noord | LEGAL | nl | ACTIVE
            fietsroutes-noord.example NGINX_DAILY 55
            ^kaart.fietsroutes-noord.example NGINX_DAILY 105 NO_FINAL_NEWLINE
            fietscafe.example NGINX_DATED 9 TRUNCATED_GZIP

            @CUSTOMER k1008 r-pixelmuehle | Turnverein Grünau 1897 e. V. | LEGAL | de | LOCKED
            tv-gruenau.example APACHE_WEEKLY 27 TOUCHED_MTIME VSFTPD
            ^judo.tv-gruenau.example APACHE_WEEKLY 6
            ^mitglieder.tv-gruenau.example APACHE_WEEKLY 9
            sommerlauf-gruenau.example APACHE_WEEKLY 12
            tv-gruenau.example.org ALIAS 0 NO_LOGS

            @CUSTOMER k1009 hafenkante | Elbtal Modelleisenbahn GmbH | LEGAL | de | ACTIVE
            elbtal-modellbahn.example ISPCONFIG 95 SYMBOLIC_LINK MAIL PROFTPD SSHD PHP_FPM
            ^shop.elbtal-modellbahn.example ISPCONFIG 210 LONG_LINE STACK_TRACE
            ^forum.elbtal-modellbahn.example ISPCONFIG 150
            ^static.elbtal-modellbahn.example ISPCONFIG 75 NO_FINAL_NEWLINE
            spur-n-freunde.example ISPCONFIG 17
            modellbahn-boerse.example.net ISPCONFIG 25 EMPTY_FILE
            elbtal.example.com ISPCONFIG 7

            @CUSTOMER k1010 hafenkante | Maison Duvallon SARL | LEGAL | fr | ACTIVE
            maison-duvallon.example APACHE_DAILY 32 MAIL VSFTPD
            ^boutique.maison-duvallon.example APACHE_DAILY 80 NUL_HOLE
            ^blog.maison-duvallon.example APACHE_DAILY 17
            cadeaux-duvallon.example APACHE_VHOSTS 11

            @CUSTOMER k1011 hafenkante | Grünwald Software UG (haftungsbeschränkt) | LEGAL | en | ACTIVE
            gruenwald-software.example NGINX_DAILY 47 MAIL SSHD
            ^api.gruenwald-software.example NGINX_DAILY 240 ADDRESS_IN_QUERY
            ^docs.gruenwald-software.example NGINX_DAILY 35
            ^status.gruenwald-software.example NGINX_DATED 45
            ^old.gruenwald-software.example NGINX_DAILY 2 MISSING_DIRECTORY
            gruenwald.example.net NGINX_DATED 5

            @CUSTOMER k1012 hafenkante | Marta Kowalczyk | NATURAL | de | ACTIVE
            kowalczyk-illustration.example ISPCONFIG 20
            ^shop.kowalczyk-illustration.example ISPCONFIG 14
            ^blog.kowalczyk-illustration.example ISPCONFIG 16
            kinderbuchwerkstatt.example NGINX_DAILY 19
            papierfalter.example ISPCONFIG 8
            marta-malt.example.org ISPCONFIG 4 HOST_NAME_CLIENT
            """;

    /** As the reference panel knows it; an empty parent is the provider's. */
    record Tenant(
            String kind, String id, String parent, String label, String personType, String language, String status) {}

    /**
     * A site and what its logs are like.
     *
     * @param parent the id of the site it belongs to; empty when it stands for itself
     * @param linesPerDay access lines on a usual day at scale 1
     * @param services the other services of the site that have a log
     */
    record Site(
            String id,
            String tenant,
            String domain,
            String parent,
            Layout layout,
            int linesPerDay,
            Set<Problem> problems,
            Set<Service> services) {}

    private static final Set<String> SERVICES =
            Arrays.stream(Service.values()).map(Service::name).collect(Collectors.toUnmodifiableSet());

    final List<Tenant> tenants = new ArrayList<>();
    final List<Site> sites = new ArrayList<>();

    Inventory() {
        String tenant = "";
        String parent = "";
        for (String line : TEXT.lines().filter(text -> !text.isBlank()).toList()) {
            if (line.startsWith("@")) {
                String[] parts = line.substring(1).split(" \\| ", -1);
                String[] ids = parts[0].split(" ", -1);
                tenant = ids[1];
                tenants.add(new Tenant(
                        ids[0], ids[1], ids[2].equals("-") ? "" : ids[2], parts[1], parts[2], parts[3], parts[4]));
                continue;
            }
            String[] parts = line.split(" ", -1);
            String id = "d" + (2001 + sites.size());
            boolean child = parts[0].startsWith("^");
            if (!child) {
                parent = id;
            }
            Set<Problem> problems = EnumSet.noneOf(Problem.class);
            Set<Service> services = EnumSet.noneOf(Service.class);
            for (String word : List.of(parts).subList(3, parts.length)) {
                if (SERVICES.contains(word)) {
                    services.add(Service.valueOf(word));
                } else {
                    problems.add(Problem.valueOf(word));
                }
            }
            sites.add(new Site(
                    id,
                    tenant,
                    IDN.toASCII(child ? parts[0].substring(1) : parts[0]),
                    child ? parent : "",
                    Layout.valueOf(parts[1]),
                    Integer.parseInt(parts[2]),
                    problems,
                    services));
        }
    }
}
