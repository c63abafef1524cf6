import type { Input } from "@pulumi/pulumi";
import type { ContainerArgs, ServiceArgs } from "./container-args";
import type { InputList } from "./inputs";
import type { InitSource, KernelSource, VolumeSource } from "./source-args";
import type { Architecture } from "./spec";

/**
 * LinuxKit's sections. Structure is plain: sections, names and paths are known when the program runs;
 * every value below them may be a `pulumi.Input`, secrets included.
 */
export interface AssemblyArgs {
    /**
     * CPU architecture of the machine.
     * @default "amd64"
     */
    readonly architecture?: Architecture;
    /**
     * The kernel to boot; LinuxKit's `kernel`.
     * @default none: an image of files alone, for the formats `tar` and `docker`
     */
    readonly kernel?: KernelArgs | undefined;
    /** What is unpacked at `/`, in order: the init system; `[]` for an image that none starts. LinuxKit's `init`. */
    readonly init: readonly InitArgs[];
    /**
     * Containers run to their end, one after the other, before the services; LinuxKit's `onboot`.
     * @default none
     */
    readonly onboot?: readonly ContainerArgs[];
    /**
     * Containers run one after the other on a clean shutdown; LinuxKit's `onshutdown`.
     * @default none
     */
    readonly onshutdown?: readonly ContainerArgs[];
    /**
     * Containers that run all the time; LinuxKit's `services`.
     * @default none
     */
    readonly services?: readonly ServiceArgs[];
    /**
     * Files written over everything else; LinuxKit's `files`.
     * @default none
     */
    readonly files?: readonly FileArgs[];
    /**
     * Directories that containers share through `binds`; LinuxKit's `volumes`.
     * @default none
     */
    readonly volumes?: readonly VolumeArgs[];
}

/** What `with` adds or replaces: any of the sections. */
export type AssemblyChanges = Partial<AssemblyArgs>;

/** What `without` takes away, by name; files by path. */
export interface AssemblyRemovals {
    /**
     * Names of `init` entries.
     * @default none
     */
    readonly init?: readonly string[];
    /**
     * Names of `onboot` containers.
     * @default none
     */
    readonly onboot?: readonly string[];
    /**
     * Names of `onshutdown` containers.
     * @default none
     */
    readonly onshutdown?: readonly string[];
    /**
     * Names of services; one that another service depends on cannot go alone.
     * @default none
     */
    readonly services?: readonly string[];
    /**
     * Paths of files, "/etc/motd" or "etc/motd".
     * @default none
     */
    readonly files?: readonly string[];
    /**
     * Names of volumes; one that a container binds cannot go alone.
     * @default none
     */
    readonly volumes?: readonly string[];
}

/** What the machine boots; made by `debian.kernel()`. LinuxKit's `kernel`. */
export interface KernelArgs {
    /** Where the kernel and its modules come from; LinuxKit's `image`. */
    readonly image: KernelSource;
    /**
     * Kernel command line, without the `console=` that a target adds; LinuxKit's `cmdline`.
     * @default ""
     */
    readonly cmdline?: Input<string>;
    /**
     * Path of the kernel in an image; not with `debian.kernel()`. LinuxKit's `binary`.
     * @default "kernel"
     */
    readonly binary?: Input<string>;
    /**
     * Path in an image of the tar that is laid out at `/`, the modules; "none" for none; not with `debian.kernel()`.
     * LinuxKit's `tar`.
     * @default "kernel.tar"
     */
    readonly tar?: Input<string>;
    /**
     * Path in an image of a cpio with microcode, which goes in front of the initrd; not with `debian.kernel()`.
     * LinuxKit's `ucode`.
     * @default none
     */
    readonly ucode?: Input<string>;
}

/** Files that are unpacked at `/`, over those of the entries before; made by `debian.base()`. LinuxKit's `init`. */
export interface InitArgs {
    /** Name within the section: lower-case letters, digits, `_` and `-`. LinuxKit's entries have none. */
    readonly name: string;
    /** Where its files come from; LinuxKit's list entry itself. */
    readonly image: InitSource;
}

/**
 * A file, directory or symbolic link, written over everything else; exactly one of `contents`, `source`, `symlink`,
 * `directory` and `metadata` says what it is. LinuxKit's `files`.
 */
export interface FileArgs {
    /** Path in the image: "/etc/motd", or "etc/motd" as LinuxKit writes it. LinuxKit's `path`. */
    readonly path: string;
    /**
     * What the file holds; may be a secret. LinuxKit's `contents`.
     * @default none
     */
    readonly contents?: Input<string>;
    /**
     * `base64` when `contents` is base64 of bytes. LinuxKit has no such key.
     * @default "utf8"
     */
    readonly encoding?: Input<"utf8" | "base64">;
    /**
     * File of the building machine to copy, relative to the program's folder, absolute, or in the user's own folder:
     * "~/.ssh/id_ed25519.pub". LinuxKit's `source`.
     * @default none
     */
    readonly source?: Input<string>;
    /**
     * What a symbolic link points to. LinuxKit's `symlink`.
     * @default none
     */
    readonly symlink?: Input<string>;
    /**
     * Whether it is a directory. LinuxKit's `directory`.
     * @default false
     */
    readonly directory?: Input<boolean>;
    /**
     * Writes what the assembly holds into the file, secrets included, as JSON, which is YAML too. LinuxKit's `metadata`.
     * @default none
     */
    readonly metadata?: Input<"json" | "yaml">;
    /**
     * Whether a missing `source` is left out rather than an error. LinuxKit's `optional`.
     * @default false
     */
    readonly optional?: Input<boolean>;
    /**
     * Permissions in octal, three or four digits as a string; a link's are always "0777". LinuxKit's `mode`.
     * @default "0600", and "0700" for a directory
     */
    readonly mode?: Input<string>;
    /**
     * Owner: a number, "root", or the name of a container, whose own id is meant. LinuxKit's `uid`.
     * @default 0
     */
    readonly uid?: Input<number | string>;
    /**
     * Group: a number, "root", or the name of a container, whose own id is meant. LinuxKit's `gid`.
     * @default 0
     */
    readonly gid?: Input<number | string>;
}

/** A directory that containers share; what they write to it is lost at power-off. LinuxKit's `volumes`. */
export interface VolumeArgs {
    /** Name that `binds` refer to: lower-case letters, digits, `_` and `-`. LinuxKit's `name`. */
    readonly name: string;
    /**
     * What it holds at first. LinuxKit's `image`.
     * @default an empty directory
     */
    readonly image?: VolumeSource;
    /**
     * Whether it is mounted read-only. LinuxKit's `readonly`.
     * @default false
     */
    readonly readonly?: Input<boolean>;
    /**
     * `filesystem`: the unpacked files; `oci`: the image itself, as an OCI layout. LinuxKit's `format`.
     * @default "filesystem"
     */
    readonly format?: Input<"filesystem" | "oci">;
    /**
     * Platforms that the format `oci` keeps of the image: "linux/amd64". LinuxKit's `platforms`.
     * @default all of them
     */
    readonly platforms?: InputList<string>;
}
