import { LinuxKitError } from "../../../sdk/assembly/error";
import type { Entry } from "../tree/entry";
import { attributesOf, type DirectoryNode, newDirectory, type Node, type Position } from "./node";
import { removeBelow, removeFrom } from "./whiteouts";

const MAX_LINKS = 40;
const MAX_DEPTH = 128;
const MAX_NAMES = 1_000_000;
const MAX_XATTR_BYTES = 64 * 2 ** 20;

const WHITEOUT = ".wh.";
const OPAQUE = ".wh..wh..opq";

/**
 * What layers give, laid one over the other as the OCI image specification says (layer.md, "Applying Changesets"), and as
 * containerd does where it is silent: a path leads through the symlinks of lower layers. Contents are left out.
 */
export class LayerTree {
    readonly root: DirectoryNode = newDirectory({ layer: -1, ordinal: 0 });
    #names = 0;
    #xattrBytes = 0;

    /**
     * Applies one entry of a layer; gives the name that it made, nothing for a whiteout.
     * @throws LinuxKitError LayerConflict
     */
    apply(entry: Entry, position: Position): Node | undefined {
        const slash = entry.path.lastIndexOf("/");
        const [folder, name] = [entry.path.slice(0, Math.max(0, slash)), entry.path.slice(slash + 1)];
        if (!name.startsWith(WHITEOUT)) {
            return folder.startsWith(WHITEOUT) || folder.includes(`/${WHITEOUT}`)
                ? undefined
                : this.#insert(this.#open(folder, entry, position), name, entry, position);
        }
        const parent = this.#walk(folder, entry, () => undefined);
        if (parent !== undefined && name === OPAQUE) {
            removeBelow(parent, position.layer);
        } else if (parent !== undefined && !name.startsWith(`${WHITEOUT}${WHITEOUT}`)) {
            removeFrom(parent, name.slice(WHITEOUT.length), position.layer);
        }
        return undefined;
    }

    #insert(parent: DirectoryNode, name: string, entry: Entry, position: Position): Node {
        const before = parent.children.get(name);
        const node = this.#merged(before, entry, position);
        if (node !== before) {
            this.#count(entry);
            parent.children.set(name, node);
        }
        return node;
    }

    #merged(before: Node | undefined, entry: Entry, position: Position): Node {
        const common = { position, layer: position.layer };
        switch (entry.type) {
            case "directory": {
                const node = before?.type === "directory" ? before : newDirectory(position);
                node.layer = position.layer;
                node.attributes = attributesOf(entry);
                return node;
            }
            case "file": {
                const { path, content } = entry;
                const inode = { attributes: attributesOf(entry), sizeBytes: content.sizeBytes, position, path };
                return { ...common, type: "file", inode };
            }
            case "hardlink":
                return this.#linked(entry, position);
            default:
                return { ...common, type: "other", entry };
        }
    }

    /** Another name for what stands at the target now; of what is no file, which a stream cannot link to, a copy. */
    #linked(entry: Entry & { readonly target: string }, position: Position): Node {
        const target = this.#find(entry.target, entry);
        if (target === undefined || target.type === "directory") {
            throw conflict(
                entry,
                `its link target ${JSON.stringify(entry.target)} is no file of this layer or a lower one`,
            );
        }
        return { ...target, position, layer: position.layer };
    }

    /** The folder that a path means, made where it is missing. */
    #open(path: string, entry: Entry, position: Position): DirectoryNode {
        const node = this.#walk(path, entry, (parent, name) => {
            const made = newDirectory(position);
            this.#count(entry);
            parent.children.set(name, made);
            return made;
        });
        if (node === undefined) {
            throw conflict(entry, `it lies below ${JSON.stringify(path)}, which is no folder`);
        }
        return node;
    }

    /** What stands at a path; its last name is not followed where it is a symlink. */
    #find(path: string, entry: Entry): Node | undefined {
        const slash = path.lastIndexOf("/");
        const parent = this.#walk(path.slice(0, Math.max(0, slash)), entry, () => undefined);
        return parent?.children.get(path.slice(slash + 1));
    }

    /** The folder that a path means, its symlinks followed; nothing where something else stands in its way. */
    #walk(
        path: string,
        entry: Entry,
        missing: (parent: DirectoryNode, name: string) => DirectoryNode | undefined,
    ): DirectoryNode | undefined {
        let folders: readonly DirectoryNode[] = [this.root];
        let rest = path.split("/");
        for (let links = 0; rest.length > 0;) {
            const [name = "", ...after] = rest;
            rest = after;
            const parent = folders.at(-1) ?? this.root;
            if (name === "..") {
                folders = folders.length > 1 ? folders.slice(0, -1) : folders;
            } else if (name !== "" && name !== ".") {
                const node = parent.children.get(name) ?? missing(parent, name);
                if (node?.type === "other" && node.entry.type === "symlink") {
                    links = checkedLinks(links + 1, entry);
                    folders = node.entry.target.startsWith("/") ? [this.root] : folders;
                    rest = [...node.entry.target.split("/"), ...after];
                } else if (node?.type !== "directory") {
                    return undefined;
                } else {
                    folders = checkedDepth([...folders, node], entry);
                }
            }
        }
        return folders.at(-1);
    }

    /** What is whited out later counts too: the work was done. */
    #count({ xattrs, path }: Entry): void {
        this.#names += 1;
        this.#xattrBytes += Object.values(xattrs ?? {}).reduce((sum, value) => sum + value.length, 0);
        if (this.#names > MAX_NAMES || this.#xattrBytes > MAX_XATTR_BYTES) {
            throw conflict(
                { path },
                `there are more than ${MAX_NAMES} names, or ${MAX_XATTR_BYTES} bytes of attributes`,
            );
        }
    }
}

function checkedLinks(links: number, entry: Entry): number {
    if (links > MAX_LINKS) {
        throw conflict(entry, "the links in its path go round in a circle");
    }
    return links;
}

function checkedDepth(folders: readonly DirectoryNode[], entry: Entry): readonly DirectoryNode[] {
    if (folders.length > MAX_DEPTH) {
        throw conflict(entry, `its path is deeper than ${MAX_DEPTH} folders`);
    }
    return folders;
}

function conflict({ path }: Pick<Entry, "path">, reason: string): LinuxKitError {
    return new LinuxKitError(
        "LayerConflict",
        `the image's layers do not fit together at ${JSON.stringify(path)}: ${reason}`,
        {
            entry: path,
            reason,
        },
    );
}
