import { createHmac, randomBytes } from "node:crypto";
import { link, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";

import canonicalize from "canonicalize";

import { privateDirectory } from "./directory";

const KEY_BYTES = 32;
/** Rises whenever the same parts are made into other bytes or other records, so that nobody is given what an earlier version made. */
const MAKING = 2;

/** Names things of the store by what they were made of, such that nobody without this machine's key can test a guess. */
export type StoreNames = (madeOf: unknown) => string;

/** The store's names; its key is made on first use and goes with the store. */
export async function openNames(storeDirectory: string): Promise<StoreNames> {
    const key = await readKey(path.join(await privateDirectory(storeDirectory), "key"));
    return (madeOf) =>
        createHmac("sha256", key)
            .update(canonicalize([MAKING, madeOf]) ?? "")
            .digest("hex");
}

async function readKey(file: string): Promise<Buffer> {
    const existing = await readFile(file).catch(() => undefined);
    if (existing?.length === KEY_BYTES) {
        return existing;
    }
    if (existing !== undefined) {
        await rm(file, { force: true });
    }
    const draft = `${file}-${process.pid}-${randomBytes(8).toString("hex")}`;
    await writeFile(draft, randomBytes(KEY_BYTES), { mode: 0o600, flag: "wx" });
    try {
        await link(draft, file);
    } catch (error) {
        if ((error as { code?: string }).code !== "EEXIST") {
            throw error;
        }
    } finally {
        await rm(draft, { force: true });
    }
    return readFile(file);
}
