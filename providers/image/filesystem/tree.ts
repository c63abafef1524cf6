import { LinuxKitError } from "../../../sdk/assembly/error";
import { generatedDirectory } from "../tree/compose";
import type { Content, DirectoryEntry, Entry, EntryHeader, EntryStream, FileEntry, HardlinkEntry } from "../tree/entry";
import { exactly } from "../tree/exactly";

/** What a path of a finished root filesystem leads to. */
export interface TreeNode {
    readonly entry: Exclude<Entry, FileEntry | HardlinkEntry> | FileHeader;
    /** How many names lead to it. */
    names: number;
    /** Of a folder, by their names; undefined for everything else. */
    readonly children?: Map<string, TreeNode>;
}

export interface FileHeader extends EntryHeader {
    readonly type: "file";
    readonly sizeBytes: number;
}

/** A root filesystem without its contents, which are read again when their places are known. */
export interface FileTree {
    readonly root: TreeNode;
    /** Every file, once each, in the order their contents come in. */
    readonly files: readonly TreeNode[];
    /** Everything that is no folder and no file, once each. */
    readonly others: readonly TreeNode[];
    /** Contents of the files that are wanted, in the order of `files`; each is to be read before the next. */
    contents(isWanted: (file: TreeNode) => boolean): AsyncIterable<FileContent>;
}

export interface FileContent {
    readonly file: TreeNode;
    readonly chunks: () => AsyncIterable<Buffer>;
}

/** A stream of entries that can be read several times; what comes later stands in for what came before. */
export type OpenEntries = () => EntryStream;

export async function readTree(open: OpenEntries): Promise<FileTree> {
    const tree = new TreeBuilder();
    for await (const entry of open()) {
        tree.add(entry);
    }
    const { files, others } = tree.reachable();
    return {
        root: tree.root,
        files: files.map(({ node }) => node),
        others,
        async *contents(isWanted) {
            const places = new Map(files.filter(({ node }) => isWanted(node)).map(({ place, node }) => [place, node]));
            let place = 0;
            for await (const entry of open()) {
                const file = places.get(place++);
                if (file !== undefined) {
                    yield { file, chunks: () => chunksOf(entry, file) };
                }
            }
        },
    };
}

/** The content of a second reading, which must be as long as the first said. */
function chunksOf(entry: Entry, { entry: expected }: TreeNode): AsyncIterable<Buffer> {
    const sizeBytes = expected.type === "file" ? expected.sizeBytes : 0;
    const content: Content = entry.type === "file" ? entry.content : { sizeBytes: 0, chunks: () => [] };
    return exactly({ ...expected, type: "file", content: { ...content, sizeBytes } });
}

interface PlacedFile {
    readonly node: TreeNode;
    /** Which entry of the stream its content came with. */
    readonly place: number;
}

class TreeBuilder {
    readonly root: TreeNode = folder(generatedDirectory(""));
    readonly #places = new Map<TreeNode, number>();
    #next = 0;

    add(entry: Entry): void {
        const place = this.#next++;
        const slash = entry.path.lastIndexOf("/");
        const siblings = this.#folder(entry.path.slice(0, Math.max(0, slash)));
        const name = entry.path.slice(slash + 1);
        const before = siblings.get(name);
        const node = this.#nodeFor(entry, before);
        if (before !== undefined) {
            before.names--;
        }
        siblings.set(name, node);
        if (entry.type === "file") {
            this.#places.set(node, place);
        }
    }

    /** What can still be reached by a name. */
    reachable(): { readonly files: readonly PlacedFile[]; readonly others: readonly TreeNode[] } {
        const found = new Set<TreeNode>();
        collect(this.root, found);
        const nodes = [...found];
        const files = nodes.flatMap((node) => {
            const place = this.#places.get(node);
            return place === undefined ? [] : [{ node, place }];
        });
        return {
            files: files.toSorted((a, b) => a.place - b.place),
            others: nodes.filter(({ entry }) => entry.type !== "file" && entry.type !== "directory"),
        };
    }

    #nodeFor(entry: Entry, before: TreeNode | undefined): TreeNode {
        switch (entry.type) {
            case "directory":
                return folder(entry, before?.children);
            case "hardlink": {
                const node = this.#find(entry.target);
                node.names++;
                return node;
            }
            case "file": {
                const { content, ...header } = entry;
                return { entry: { ...header, sizeBytes: content.sizeBytes }, names: 1 };
            }
            default:
                return { entry, names: 1 };
        }
    }

    #folder(path: string): Map<string, TreeNode> {
        const node = path === "" ? this.root : this.#find(path);
        if (node.children === undefined) {
            throw malformed(path, "something lies below it, and it is no folder");
        }
        return node.children;
    }

    #find(path: string): TreeNode {
        const found = path
            .split("/")
            .reduce<TreeNode | undefined>((node, name) => node?.children?.get(name), this.root);
        if (found === undefined) {
            throw malformed(path, "it is spoken of before it is there");
        }
        return found;
    }
}

function folder(entry: DirectoryEntry, children: Map<string, TreeNode> = new Map()): TreeNode {
    return { entry, names: 1, children };
}

function collect(node: TreeNode, found: Set<TreeNode>): void {
    for (const child of node.children?.values() ?? []) {
        found.add(child);
        collect(child, found);
    }
}

function malformed(path: string, reason: string): LinuxKitError {
    return new LinuxKitError("TreeMalformed", `/${path} cannot be put into the image: ${reason}`, {
        entry: path,
        reason,
    });
}
