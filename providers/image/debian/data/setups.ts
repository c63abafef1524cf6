/** Who owns a path; names are those of accounts.ts. */
export interface Ownership {
    /** Octal, four digits. */
    readonly mode: string;
    readonly user: string;
    readonly group: string;
}

/** What a package's maintainer scripts would have made and a service needs. Paths are relative to the root. */
export interface PackageSetup {
    readonly users?: readonly string[];
    readonly groups?: readonly string[];
    /** Made where the packages do not ship them, given their owner and mode where they do. */
    readonly directories?: Readonly<Record<string, Ownership>>;
    /** Owner and mode of files that the package ships. */
    readonly owners?: Readonly<Record<string, Ownership>>;
    readonly links?: Readonly<Record<string, string>>;
    readonly files?: Readonly<Record<string, string>>;
    /** Copies of shipped files; of every file below, one after the other, where the source ends in a slash. */
    readonly copies?: Readonly<Record<string, string>>;
    /** What is left to the declaration, told at build. */
    readonly note?: string;
}

function owned(mode: string, user: string, group = user): Ownership {
    return { mode, user, group };
}

const PAM = {
    "etc/pam.d/common-auth": [
        "auth\t[success=1 default=ignore]\tpam_unix.so nullok",
        "auth\trequisite\tpam_deny.so",
        "auth\trequired\tpam_permit.so",
    ],
    "etc/pam.d/common-account": [
        "account\t[success=1 new_authtok_reqd=done default=ignore]\tpam_unix.so",
        "account\trequisite\tpam_deny.so",
        "account\trequired\tpam_permit.so",
    ],
    "etc/pam.d/common-password": [
        "password\t[success=1 default=ignore]\tpam_unix.so obscure yescrypt",
        "password\trequisite\tpam_deny.so",
        "password\trequired\tpam_permit.so",
    ],
    "etc/pam.d/common-session": [
        "session\t[default=1]\tpam_permit.so",
        "session\trequisite\tpam_deny.so",
        "session\trequired\tpam_permit.so",
        "session\toptional\tpam_umask.so",
        "session\trequired\tpam_unix.so",
    ],
    "etc/pam.d/common-session-noninteractive": [
        "session\t[default=1]\tpam_permit.so",
        "session\trequisite\tpam_deny.so",
        "session\trequired\tpam_permit.so",
        "session\toptional\tpam_umask.so",
        "session\trequired\tpam_unix.so",
    ],
};

function lines(files: Readonly<Record<string, readonly string[]>>): Record<string, string> {
    return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, `${text.join("\n")}\n`]));
}

/** By package. An empty setup says: its scripts make nothing that a service in an image needs. */
export const SETUPS: Readonly<Record<string, PackageSetup>> = {
    "base-files": {},
    "base-passwd": {},
    bash: {},
    bind9: {
        users: ["bind"],
        directories: {
            "var/lib/bind": owned("0775", "root", "bind"),
            "var/cache/bind": owned("0775", "root", "bind"),
            "run/named": owned("0775", "root", "bind"),
        },
        note: "no rndc key is made: run rndc-confgen -a, or give /etc/bind/rndc.key in files",
    },
    "ca-certificates": {
        copies: { "etc/ssl/certs/ca-certificates.crt": "usr/share/ca-certificates/mozilla/" },
    },
    caddy: {
        users: ["caddy"],
        directories: { "var/lib/caddy": owned("0755", "caddy"), "var/log/caddy": owned("0755", "caddy") },
    },
    chrony: {
        users: ["_chrony"],
        directories: {
            "var/lib/chrony": owned("0750", "_chrony"),
            "var/log/chrony": owned("0750", "_chrony"),
            "run/chrony": owned("0750", "_chrony"),
        },
        copies: { "etc/chrony/chrony.conf": "usr/share/chrony/chrony.conf" },
    },
    containerd: {},
    dash: {},
    dbus: {},
    "dbus-daemon": {},
    "dbus-system-bus-common": {
        users: ["messagebus"],
        directories: { "run/dbus": owned("0755", "messagebus") },
        note: "dbus-daemon needs a machine id: give /etc/machine-id in files",
    },
    "dnsmasq-base": { users: ["dnsmasq"], directories: { "run/dnsmasq": owned("0755", "dnsmasq", "nogroup") } },
    "docker.io": { groups: ["docker"], directories: { "etc/docker": owned("0755", "root") } },
    "erlang-base": { users: ["epmd"] },
    "etcd-server": { users: ["etcd"], directories: { "var/lib/etcd": owned("0700", "etcd") } },
    gawk: {},
    git: {},
    haproxy: {
        users: ["haproxy"],
        directories: { "run/haproxy": owned("2775", "haproxy"), "var/lib/haproxy": owned("0755", "haproxy") },
    },
    iproute2: {},
    "javascript-common": {},
    "libc-bin": { copies: { "etc/nsswitch.conf": "usr/share/libc-bin/nsswitch.conf" } },
    libc6: {},
    libgcrypt20: {},
    "libgssapi-krb5-2": {},
    "libpam-modules": { files: { "etc/environment": "" } },
    "libpam-runtime": { files: lines(PAM) },
    libpam0g: {},
    "libpython3.13-minimal": {},
    libselinux1: {},
    libwrap0: {},
    libwtmpdb0: { links: { "var/lib/wtmpdb/wtmp.db": "../../log/wtmp.db" } },
    locales: { note: "no locale is generated: C.UTF-8 is there without" },
    login: {},
    "mariadb-common": { links: { "etc/mysql/my.cnf": "/etc/mysql/mariadb.cnf" } },
    "mariadb-server": {
        users: ["mysql"],
        directories: {
            "var/lib/mysql": owned("0755", "mysql"),
            "var/log/mysql": owned("2750", "mysql", "adm"),
            "run/mysqld": owned("0755", "mysql"),
        },
        note: "no database is made: run mariadb-install-db into its volume in onboot",
    },
    memcached: {
        users: ["memcache"],
        directories: { "run/memcached": owned("0755", "memcache") },
        copies: { "etc/memcached.conf": "usr/share/memcached/memcached.conf.default" },
    },
    mosquitto: {
        users: ["mosquitto"],
        directories: {
            "var/lib/mosquitto": owned("0755", "mosquitto", "root"),
            "var/log/mosquitto": owned("0755", "mosquitto", "root"),
            "run/mosquitto": owned("0755", "mosquitto"),
        },
    },
    "mysql-common": {},
    netbase: {
        files: { "etc/networks": "default\t\t0.0.0.0\nloopback\t127.0.0.0\nlink-local\t169.254.0.0\n" },
    },
    nginx: {},
    "nginx-common": {
        directories: { "var/log/nginx": owned("0755", "root", "adm"), "var/www/html": owned("0755", "root") },
        links: { "etc/nginx/sites-enabled/default": "/etc/nginx/sites-available/default" },
        copies: { "var/www/html/index.nginx-debian.html": "usr/share/nginx/html/index.html" },
    },
    "openssh-client": { groups: ["_ssh"] },
    "openssh-server": {
        users: ["sshd"],
        directories: { "run/sshd": owned("0755", "root") },
        copies: { "etc/ssh/sshd_config": "usr/share/openssh/sshd_config" },
        note: "no host keys are made: run ssh-keygen -A in onboot, or give them in files",
    },
    openssl: {},
    postgresql: {},
    "postgresql-17": { note: "no cluster is made: run initdb into its volume in onboot" },
    "postgresql-client-17": {},
    "postgresql-common": {
        users: ["postgres"],
        directories: {
            "var/lib/postgresql": owned("0755", "postgres"),
            "etc/postgresql": owned("0755", "postgres"),
            "var/log/postgresql": owned("1775", "root", "postgres"),
            "run/postgresql": owned("2775", "postgres"),
        },
    },
    procps: {},
    prometheus: {
        users: ["prometheus"],
        directories: { "var/lib/prometheus/metrics2": owned("0755", "prometheus") },
    },
    "prometheus-node-exporter": { users: ["prometheus"] },
    python3: { files: { "etc/python3/debian_config": "[DEFAULT]\nbyte-compile = standard\n" } },
    "python3-minimal": {},
    "python3.13": {},
    "python3.13-minimal": { directories: { "usr/local/lib/python3.13/dist-packages": owned("0755", "root") } },
    "rabbitmq-server": {
        users: ["rabbitmq"],
        directories: {
            "etc/rabbitmq": owned("0755", "rabbitmq"),
            "var/lib/rabbitmq": owned("0755", "rabbitmq"),
            "var/lib/rabbitmq/mnesia": owned("0750", "rabbitmq"),
            "var/log/rabbitmq": owned("0750", "rabbitmq", "adm"),
        },
    },
    "readline-common": { copies: { "etc/inputrc": "usr/share/readline/inputrc" } },
    "redis-server": { directories: { "run/redis": owned("2755", "redis") } },
    "redis-tools": {
        users: ["redis"],
        directories: {
            "var/log/redis": owned("2750", "redis", "adm"),
            "var/lib/redis": owned("0750", "redis"),
            "etc/redis": owned("2770", "redis"),
        },
        owners: { "etc/redis/redis.conf": owned("0640", "redis") },
    },
    "ssl-cert": { groups: ["ssl-cert"], note: "no self-signed certificate is made" },
    tzdata: { links: { "etc/localtime": "/usr/share/zoneinfo/Etc/UTC" }, files: { "etc/timezone": "Etc/UTC\n" } },
    unbound: { users: ["unbound"], directories: { "var/lib/unbound": owned("0755", "unbound") } },
    "valkey-server": {
        directories: { "run/valkey": owned("2755", "valkey") },
        owners: { "etc/valkey/valkey.conf": owned("0640", "valkey") },
    },
    "valkey-tools": {
        users: ["valkey"],
        directories: {
            "var/log/valkey": owned("2750", "valkey", "adm"),
            "var/lib/valkey": owned("0750", "valkey"),
            "etc/valkey": owned("2770", "valkey"),
        },
    },
};
