import type { Input } from "@pulumi/pulumi";
import type { InputRecord } from "./inputs";

/** A file or a folder of LinuxKit's metadata layout: it has either `content` or `entries`. */
export interface UserDataEntryArgs {
    /** Text of a file. */
    readonly content?: Input<string>;
    /** What a folder holds, by name. */
    readonly entries?: InputRecord<UserDataEntryArgs>;
    /**
     * Permissions in octal: "0600".
     * @default "0644" for a file, "0755" for a folder
     */
    readonly perm?: Input<string>;
}

/**
 * What a machine is told when it is made, at most 16 KB (AWS's limit): text, or files and folders by name in LinuxKit's
 * metadata layout, which `metadata()` writes below /run/config.
 */
export type UserData = Input<string | Readonly<Record<string, Input<UserDataEntryArgs>>>>;
