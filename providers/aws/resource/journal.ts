import { readdir, readFile, rm, stat } from "node:fs/promises";
import path from "node:path";
import { writeAtomically } from "../../image/store/atomic";

/** A request with a token that makes a thing, as it was sent or is about to be: asked again it gives the same thing. */
export interface Asked<R> {
    readonly version: 1;
    /** Label of the resource that asks. */
    readonly identity: string;
    readonly account: string;
    readonly region: string;
    /** Its `pending` label: who asks. */
    readonly pending: string;
    readonly request: R;
}

type Mark = "deleting" | "changing";

interface Whose {
    readonly identity: string;
    readonly account: string;
    readonly region: string;
}

/**
 * What this machine knows of things that are being made or deleted, beside their tags: those of what was made moments ago may
 * not be shown yet, and a request whose answer was lost has left none that is known. All of it can be deleted at any moment.
 * `<identity>-<token>.json` is a request, `<id>.deleting` a deletion that began, `<id>.changing` an update.
 */
export class ResourceJournal<R extends { readonly token: string }> {
    /** Ids of what this process has finished. */
    readonly made = new Set<string>();

    constructor(private readonly directory: string) {}

    async asked({ identity, account, region }: Whose): Promise<readonly Asked<R>[]> {
        const names = await readdir(this.directory).catch(() => []);
        const own = names.filter((name) => name.startsWith(`${identity}-`) && name.endsWith(".json"));
        const found = await Promise.all(own.map((name) => this.#read(path.join(this.directory, name))));
        return found
            .filter((asked) => asked !== undefined)
            .filter((asked) => asked.account === account && asked.region === region);
    }

    async write(asked: Asked<R>): Promise<Asked<R>> {
        await writeAtomically(this.#file(asked), (file) => file.writeFile(JSON.stringify(asked)));
        return asked;
    }

    async remove(asked: Asked<R>): Promise<void> {
        await rm(this.#file(asked), { force: true });
    }

    /** That the deletion of a thing began: should it be cut off, what state says of the thing may no longer be so. */
    markDeletion(id: string): Promise<void> {
        return this.#mark(id, "deleting", "");
    }

    async isDeleting(id: string): Promise<boolean> {
        return (await stat(this.#marker(id, "deleting")).catch(() => undefined)) !== undefined;
    }

    /** Nothing is left of the thing. */
    async unmarkDeletion(id: string): Promise<void> {
        await this.#unmark(id, "deleting");
        await this.#unmark(id, "changing");
    }

    /**
     * That an update of a thing began: should it be cut off, the thing is neither what state says nor what is declared.
     * @param parts ids of what it may get
     */
    async markChange(id: string, parts: readonly string[]): Promise<void> {
        const all = new Set([...((await this.change(id)) ?? []), ...parts]);
        await this.#mark(id, "changing", JSON.stringify([...all]));
    }

    /** What a thing may have got in an update that was cut off; undefined where none was. */
    async change(id: string): Promise<readonly string[] | undefined> {
        try {
            return JSON.parse(await readFile(this.#marker(id, "changing"), "utf8")) as readonly string[];
        } catch {
            return undefined;
        }
    }

    unmarkChange(id: string): Promise<void> {
        return this.#unmark(id, "changing");
    }

    #file({ identity, request: { token } }: Asked<R>): string {
        return path.join(this.directory, `${identity}-${token}.json`);
    }

    async #mark(id: string, what: Mark, text: string): Promise<void> {
        await writeAtomically(this.#marker(id, what), (file) => file.writeFile(text));
    }

    async #unmark(id: string, what: Mark): Promise<void> {
        await rm(this.#marker(id, what), { force: true });
    }

    #marker(id: string, what: Mark): string {
        return path.join(this.directory, `${path.basename(id)}.${what}`);
    }

    async #read(file: string): Promise<Asked<R> | undefined> {
        try {
            const asked = JSON.parse(await readFile(file, "utf8")) as Asked<R> | { readonly version: unknown };
            return asked.version === 1 ? (asked as Asked<R>) : undefined;
        } catch {
            return undefined;
        }
    }
}
