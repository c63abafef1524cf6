import { randomUUID } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { LinuxKitError } from "../../../sdk/assembly/error";
import { makeFolder } from "../../image/store/make-folder";

const own = { mode: 0o600 };

/** @throws LinuxKitError `state-unusable` */
export async function makeDirectory(path: string): Promise<void> {
    try {
        await makeFolder(path, 0o700);
    } catch (cause) {
        const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
        throw new LinuxKitError(
            "state-unusable",
            `the folder ${path}, where local machines are recorded, cannot be made (${reason}): let this user write there, or give another place by the environment variable XDG_STATE_HOME`,
            { directory: path },
            { cause },
        );
    }
}

/** All of the new content or all of the old, whenever this process dies. */
export async function replaceFile(path: string, content: string): Promise<void> {
    await withDraft(path, content, (draft) => rename(draft, path));
}

/** False when the file is there already; its content is whole from the first moment. */
export async function createFile(path: string, content: string): Promise<boolean> {
    return withDraft(path, content, async (draft) => {
        try {
            await link(draft, path);
            return true;
        } catch (error) {
            if ((error as NodeJS.ErrnoException).code === "EEXIST") {
                return false;
            }
            throw error;
        }
    });
}

/** Drafts that died with their writer are told by their name. */
export const draftPrefix = ".draft-";

async function withDraft<T>(path: string, content: string, use: (draft: string) => Promise<T>): Promise<T> {
    await makeDirectory(dirname(path));
    const draft = join(dirname(path), `${draftPrefix}${process.pid}-${randomUUID()}`);
    try {
        await writeFile(draft, content, own);
        return await use(draft);
    } finally {
        await rm(draft, { force: true });
    }
}

export async function readJson<T>(path: string): Promise<T | undefined> {
    const text = await readText(path);
    return text === undefined ? undefined : (JSON.parse(text) as T);
}

export async function readText(path: string): Promise<string | undefined> {
    try {
        return await readFile(path, "utf8");
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") {
            return undefined;
        }
        throw error;
    }
}
