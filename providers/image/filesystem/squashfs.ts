import { spawn } from "node:child_process";
import { once } from "node:events";
import { pipeline } from "node:stream/promises";

import { LinuxKitError } from "../../../sdk/assembly/error";
import { type TarMember, writeTar } from "../archive";
import { copies } from "../codec";
import { GENERATED_MTIME } from "../tree/content";
import { type FileTree, type OpenEntries, readTree, type TreeNode } from "./tree";

const PROGRAM = "mksquashfs";
const ARGUMENTS = ["-tar", "-noappend", "-no-progress", "-quiet", "-exit-on-error"];
/** Which no entry of a tar tells of. */
const ROOT = ["-root-mode", "755", "-root-uid", "0", "-root-gid", "0"];
/** Else its queues take a quarter of the machine's memory. */
const MEMORY = ["-mem", "128M"];
const SAID_CHARACTERS = 500;

/**
 * Writes a root filesystem as squashfs, compressed with gzip as upstream's, to the file at `path`, with the program
 * mksquashfs 4.5 or later: no maintained library writes squashfs. The entries reach it as a tar, so that owners and
 * devices need no privilege, and are read twice. The bytes depend on its version.
 *
 * Errors: `ToolMissing` without mksquashfs, `ToolFailed` with what it said, `TreeMalformed`.
 */
export async function squashfs(open: OpenEntries, path: string, signal: AbortSignal): Promise<void> {
    const tree = await readTree(open);
    const child = spawn(PROGRAM, ["-", path, ...ARGUMENTS, ...ROOT, ...MEMORY], {
        stdio: ["pipe", "ignore", "pipe"],
        signal,
        env: { ...process.env, SOURCE_DATE_EPOCH: String(newestTime(tree)) },
    });
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => {
        said = (said + chunk.toString()).slice(0, SAID_CHARACTERS);
    });
    const ended = once(child, "close") as Promise<[number | null]>;
    const fed = pipeline(copies(writeTar(tarMembers(tree))), child.stdin);
    const [end, feed] = await Promise.allSettled([ended, fed]);
    signal.throwIfAborted();
    if (end.status === "rejected") {
        throw notStarted(end.reason);
    }
    const [code] = end.value;
    if (code !== 0) {
        throw failed(code, said);
    }
    if (feed.status === "rejected" && !isUnread(feed.reason)) {
        throw feed.reason;
    }
}

/** A tar's end is told by its first empty block: the program may have gone when the rest of the padding comes. */
function isUnread(error: unknown): boolean {
    return (error as NodeJS.ErrnoException).code === "EPIPE";
}

/** For the root and the whole, where version 4.5 takes no other time with a tar; it would make later ones of entries earlier. */
function newestTime({ root, files, others }: FileTree): number {
    let newest = GENERATED_MTIME;
    const look = ({ entry, children }: TreeNode): void => {
        newest = Math.max(newest, entry.mtime);
        children?.forEach(look);
    };
    [root, ...files, ...others].forEach(look);
    return newest;
}

/** Folders, then what has no content, then files, then further names: each path once. */
async function* tarMembers(tree: FileTree): AsyncGenerator<TarMember, void, undefined> {
    const names = new Map<TreeNode, string[]>();
    nameAll(tree.root, "", names);
    const firstName = (node: TreeNode): string => names.get(node)?.[0] ?? "";
    for (const [node, [path = ""]] of names) {
        const { entry } = node;
        if (entry.type !== "file") {
            // Of an absolute target in an extended header, mksquashfs 4.5 loses the slash.
            yield { entry: { ...entry, path }, longTarget: "gnu" };
        }
    }
    for await (const { file, chunks } of tree.contents(() => true)) {
        const { entry } = file;
        if (entry.type === "file") {
            const { sizeBytes, ...header } = entry;
            yield { entry: { ...header, path: firstName(file), content: { sizeBytes, chunks } } };
        }
    }
    for (const [{ entry }, [target = "", ...others]] of names) {
        yield* others.map((path) => ({ entry: { ...entry, type: "hardlink" as const, path, target } }));
    }
}

function nameAll(folder: TreeNode, prefix: string, names: Map<TreeNode, string[]>): void {
    for (const [name, node] of folder.children ?? []) {
        const path = prefix + name;
        const known = names.get(node);
        if (known === undefined) {
            names.set(node, [path]);
        } else {
            known.push(path);
        }
        nameAll(node, `${path}/`, names);
    }
}

function notStarted(cause: unknown): LinuxKitError {
    return new LinuxKitError(
        "ToolMissing",
        `kernel+squashfs is made by ${PROGRAM} 4.5 or later, and it cannot be started: install squashfs-tools, or take kernel+erofs`,
        { program: PROGRAM },
        { cause },
    );
}

function failed(code: number | null, said: string): LinuxKitError {
    return new LinuxKitError(
        "ToolFailed",
        `${PROGRAM} ended with ${code ?? "a signal"}; versions before 4.5 cannot read a tar. It said: ${said.trim()}`,
        { program: PROGRAM, code, said },
    );
}
