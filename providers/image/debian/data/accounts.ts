export interface Account {
    readonly name: string;
    readonly uid: number;
    /** Name of its group. */
    readonly group: string;
    readonly home: string;
    readonly shell?: string;
    /** Further groups. */
    readonly groups?: readonly string[];
}

/** Debian's fixed groups (base-passwd, group.master). */
export const BASE_GROUPS: Readonly<Record<string, number>> = {
    root: 0,
    daemon: 1,
    bin: 2,
    sys: 3,
    adm: 4,
    tty: 5,
    disk: 6,
    lp: 7,
    mail: 8,
    news: 9,
    uucp: 10,
    man: 12,
    proxy: 13,
    kmem: 15,
    dialout: 20,
    fax: 21,
    voice: 22,
    cdrom: 24,
    floppy: 25,
    tape: 26,
    sudo: 27,
    audio: 29,
    dip: 30,
    "www-data": 33,
    backup: 34,
    operator: 37,
    list: 38,
    irc: 39,
    src: 40,
    shadow: 42,
    utmp: 43,
    video: 44,
    sasl: 45,
    plugdev: 46,
    staff: 50,
    games: 60,
    users: 100,
    nogroup: 65534,
};

/** Debian's fixed users (base-passwd, passwd.master). */
export const BASE_ACCOUNTS: readonly Account[] = [
    { name: "root", uid: 0, group: "root", home: "/root", shell: "/bin/sh" },
    { name: "daemon", uid: 1, group: "daemon", home: "/usr/sbin" },
    { name: "bin", uid: 2, group: "bin", home: "/bin" },
    { name: "sys", uid: 3, group: "sys", home: "/dev" },
    { name: "sync", uid: 4, group: "nogroup", home: "/bin", shell: "/bin/sync" },
    { name: "games", uid: 5, group: "games", home: "/usr/games" },
    { name: "man", uid: 6, group: "man", home: "/var/cache/man" },
    { name: "lp", uid: 7, group: "lp", home: "/var/spool/lpd" },
    { name: "mail", uid: 8, group: "mail", home: "/var/mail" },
    { name: "news", uid: 9, group: "news", home: "/var/spool/news" },
    { name: "uucp", uid: 10, group: "uucp", home: "/var/spool/uucp" },
    { name: "proxy", uid: 13, group: "proxy", home: "/bin" },
    { name: "www-data", uid: 33, group: "www-data", home: "/var/www" },
    { name: "backup", uid: 34, group: "backup", home: "/var/backups" },
    { name: "list", uid: 38, group: "list", home: "/var/list" },
    { name: "irc", uid: 39, group: "irc", home: "/run/ircd" },
    { name: "_apt", uid: 42, group: "nogroup", home: "/nonexistent" },
    { name: "nobody", uid: 65534, group: "nogroup", home: "/nonexistent" },
];

/**
 * Users that maintainer scripts make, with ids of our own that never change: a volume written by one image is read by
 * the next. New ones go at the end of the numbers, which stand below those that are derived from a name (see accounts.ts).
 */
export const SERVICE_ACCOUNTS: readonly Account[] = [
    { name: "redis", uid: 101, group: "redis", home: "/var/lib/redis" },
    { name: "sshd", uid: 102, group: "nogroup", home: "/run/sshd" },
    { name: "postgres", uid: 103, group: "postgres", home: "/var/lib/postgresql", shell: "/bin/sh" },
    { name: "messagebus", uid: 104, group: "messagebus", home: "/nonexistent" },
    { name: "valkey", uid: 105, group: "valkey", home: "/var/lib/valkey" },
    { name: "mysql", uid: 106, group: "mysql", home: "/nonexistent" },
    { name: "memcache", uid: 107, group: "memcache", home: "/nonexistent" },
    { name: "haproxy", uid: 108, group: "haproxy", home: "/var/lib/haproxy" },
    { name: "mosquitto", uid: 109, group: "mosquitto", home: "/var/lib/mosquitto" },
    { name: "etcd", uid: 110, group: "etcd", home: "/var/lib/etcd" },
    { name: "prometheus", uid: 111, group: "prometheus", home: "/var/lib/prometheus" },
    { name: "rabbitmq", uid: 112, group: "rabbitmq", home: "/var/lib/rabbitmq" },
    { name: "bind", uid: 113, group: "bind", home: "/var/cache/bind" },
    { name: "unbound", uid: 114, group: "unbound", home: "/var/lib/unbound" },
    { name: "dnsmasq", uid: 115, group: "nogroup", home: "/var/lib/misc" },
    { name: "_chrony", uid: 116, group: "_chrony", home: "/var/lib/chrony" },
    { name: "epmd", uid: 118, group: "epmd", home: "/run/epmd" },
    { name: "caddy", uid: 117, group: "caddy", home: "/var/lib/caddy", groups: ["www-data"] },
];

/** Groups of service accounts have the user's number; these have no user of their name. */
export const SERVICE_GROUPS: Readonly<Record<string, number>> = {
    _ssh: 150,
    docker: 151,
    "ssl-cert": 152,
};
