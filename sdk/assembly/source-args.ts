import type { Input } from "@pulumi/pulumi";
import type { MachineFamily } from "./data/machine-families";
import type { InputList } from "./inputs";

/** Which archive Debian packages come from, and how they are kept. */
export interface DebianArchiveArgs {
    /**
     * Suite of the archive. Its `-updates` and `-security` come with it.
     * @default "trixie"
     */
    readonly suite?: Input<string>;
    /**
     * Base URL of the mirror, `http:` or `https:`, the folder that holds `dists`.
     * @default the stack's configuration, else the environment, else the building machine's own apt sources
     */
    readonly mirror?: Input<string>;
    /**
     * Base URL of the mirror of the suite's security updates.
     * @default as for `mirror`
     */
    readonly securityMirror?: Input<string>;
    /**
     * Further repositories that packages may come from, each with the key that signs it.
     * @default none
     */
    readonly repositories?: InputList<DebianRepositoryArgs>;
    /**
     * `recorded` keeps the versions of the first `up` for as long as the declaration is the same;
     * `always` takes the archive's newest each time.
     * @default "recorded"
     */
    readonly update?: Input<"recorded" | "always">;
    /**
     * Whether documentation, man pages, locales and gconv modules are kept.
     * @default false
     */
    readonly documentation?: Input<boolean>;
}

/** A signed repository of Debian packages. */
export interface DebianRepositoryArgs {
    /** Base URL, the folder that holds `dists`. */
    readonly url: Input<string>;
    /** Suite or codename, the folder below `dists`. */
    readonly suite: Input<string>;
    /**
     * Components of the suite.
     * @default ["main"]
     */
    readonly components?: InputList<string>;
    /** ASCII-armoured OpenPGP public key or keys that sign its InRelease. */
    readonly key: Input<string>;
}

/** A kernel of Debian's archive; made by `debian.kernel()`. */
export interface DebianKernelSource extends DebianArchiveArgs {
    /** A source of Debian's archive. */
    readonly type: "debian";
    /** What is made of the packages: a kernel and the modules to keep. */
    readonly role: "kernel";
    /**
     * Kinds of machine whose modules are kept.
     * @default ["qemu"]
     */
    readonly families?: InputList<MachineFamily>;
    /**
     * Further modules to keep, by name, with those they depend on: "btrfs".
     * @default none
     */
    readonly modules?: InputList<string>;
}

/** This project's init with the programs it needs; made by `debian.base()`. */
export interface DebianBaseSource extends DebianArchiveArgs {
    /** A source of Debian's archive. */
    readonly type: "debian";
    /** What is made of the packages: the machine's own root, with this project's init. */
    readonly role: "base";
    /**
     * What runs the containers: an OCI runtime alone, or for services `containerd`, in the namespace "services.linuxkit",
     * with runc, which runs `onboot` and `onshutdown` by itself then. containerd makes an image about 40 MB larger.
     * @default "crun"
     */
    readonly runtime?: Input<"crun" | "runc" | "containerd">;
    /**
     * Whether a shell without a password waits on the console, for debugging.
     * @default false
     */
    readonly getty?: Input<boolean>;
}

/** Packages of Debian's archive with all they depend on; made by `debian.packages()`. */
export interface DebianPackagesSource extends DebianArchiveArgs {
    /** A source of Debian's archive. */
    readonly type: "debian";
    /** What is made of the packages: a root filesystem of nothing else. */
    readonly role: "rootfs";
    /** Names of binary packages, at least one. */
    readonly packages: InputList<string>;
    /**
     * Program of this package that is laid over them; `metadata()` and `persistentDisk()` say which.
     * @default none
     */
    readonly component?: Input<"metadata" | "persistent-disk">;
}

/** A folder of the building machine; made by `folder()`. */
export interface FolderRootSource {
    /** A source on the building machine. */
    readonly type: "folder";
    /** The folder, relative to the program's folder, or absolute. */
    readonly path: Input<string>;
}

/** A DHCP v4 client that ships with this package; made by `dhcp()`. */
export interface DhcpSource {
    /** A component of this package. */
    readonly type: "builtin";
    /** Which one. */
    readonly name: "dhcp";
    /**
     * Network interface to configure: "eth0".
     * @default every Ethernet interface
     */
    readonly interface?: Input<string>;
    /**
     * Whether it stays and keeps the lease, as a service does, or takes one once.
     * @default false
     */
    readonly renew?: boolean;
}

/** Addresses on the networks of `qemu.Network`, which a program of this package sets; made by `privateNetwork()`. */
export interface PrivateNetworkSource {
    /** A component of this package. */
    readonly type: "builtin";
    /** Which one. */
    readonly name: "private-network";
}

/** Names on the networks of `qemu.Network`, which a program of this package keeps; made by `privateNames()`. */
export interface PrivateNamesSource {
    /** A component of this package. */
    readonly type: "builtin";
    /** Which one. */
    readonly name: "private-names";
}

/** A static address that a program of this package sets; made by `staticAddress()`. */
export interface StaticAddressSource {
    /** A component of this package. */
    readonly type: "builtin";
    /** Which one. */
    readonly name: "static-address";
    /** Network interface to configure: "eth0". */
    readonly interface: Input<string>;
    /** IPv4 address with its prefix length: "10.0.0.2/24". */
    readonly address: Input<string>;
    /**
     * IPv4 address of the default route's gateway.
     * @default no default route
     */
    readonly gateway?: Input<string>;
    /**
     * IPv4 addresses of name servers.
     * @default none
     */
    readonly nameservers?: InputList<string>;
}

/** An image of a registry; made by `oci.image()`. */
export interface OciImageSource {
    /** An image in OCI's or Docker's form. */
    readonly type: "oci";
    /** Out of a registry. */
    readonly from: "registry";
    /** As Docker and LinuxKit write it: "redis:7-alpine", "ghcr.io/org/name@sha256:<hex>". */
    readonly reference: Input<string>;
    /**
     * `recorded` keeps what the tag meant at the first `up` for as long as the declaration is the same;
     * `always` asks the registry each time.
     * @default "recorded"
     */
    readonly update?: Input<"recorded" | "always">;
}

/** An image of an OCI layout; made by `oci.layout()`. */
export interface OciLayoutSource {
    /** An image in OCI's or Docker's form. */
    readonly type: "oci";
    /** Out of an OCI layout. */
    readonly from: "layout";
    /** The layout's folder, or a tar of it. Relative to the program's folder, or absolute. */
    readonly path: Input<string>;
    /**
     * Name of the image in the layout.
     * @default the only image
     */
    readonly reference?: Input<string>;
}

/** An image of a tar that `docker save` wrote; made by `oci.archive()`. */
export interface OciArchiveSource {
    /** An image in OCI's or Docker's form. */
    readonly type: "oci";
    /** Out of a tar that `docker save` wrote. */
    readonly from: "archive";
    /** The tar. Relative to the program's folder, or absolute. */
    readonly path: Input<string>;
    /**
     * Name of the image in the tar.
     * @default the only image
     */
    readonly reference?: Input<string>;
}

/** An image in OCI's or Docker's form; a string is the reference of one in a registry, "redis:7-alpine". */
export type ImageSource = Input<string> | OciImageSource | OciLayoutSource | OciArchiveSource;

/** What a kernel is taken from. */
export type KernelSource = DebianKernelSource | ImageSource;

/** What a container's root filesystem is made from. */
export type ContainerSource =
    | DebianPackagesSource
    | FolderRootSource
    | DhcpSource
    | PrivateNamesSource
    | PrivateNetworkSource
    | StaticAddressSource
    | ImageSource;

/** What an init entry is made from. */
export type InitSource = DebianBaseSource | DebianPackagesSource | FolderRootSource | ImageSource;

/** What a volume is filled with. */
export type VolumeSource = DebianPackagesSource | FolderRootSource | ImageSource;
