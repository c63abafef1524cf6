import { rm } from "node:fs/promises";
import { join } from "node:path";
import { isAlive, type ProcessIdentity } from "../../lifecycle/process";
import { createFile, readJson, replaceFile } from "../journal/files";
import { namesIn } from "../journal/journal";

/** Who has taken a disk up; `{}` once that is given back. */
interface Claim {
    readonly holder?: ProcessIdentity;
}

/**
 * Takes a claim on what a folder stands for, for as long as this process lives or until it is given back. Of two that ask
 * at once one gets it. The claims have numbers, each made in one step: who takes over from a dead holder makes the next
 * number, and the highest is never removed, so that nobody can take a number again that was there before.
 * @returns the living process that has it; undefined when this one has it now
 */
export async function takeClaim(folder: string, self: ProcessIdentity): Promise<ProcessIdentity | undefined> {
    for (;;) {
        const numbers = await claimsIn(folder);
        const last = Math.max(0, ...numbers);
        const found = last === 0 ? {} : await readJson<Claim>(join(folder, String(last)));
        if (found?.holder !== undefined && (await isAlive(found.holder))) {
            return found.holder;
        }
        if (found !== undefined && (await makeClaim(folder, last + 1, { holder: self }))) {
            await Promise.all(numbers.map((number) => rm(join(folder, String(number)), { force: true })));
            return undefined;
        }
    }
}

/** A number that a later holder has removed can be made again: it is none of the highest then. */
async function makeClaim(folder: string, number: number, claim: Claim): Promise<boolean> {
    const path = join(folder, String(number));
    if (!(await createFile(path, JSON.stringify(claim)))) {
        return false;
    }
    const isLast = Math.max(...(await claimsIn(folder))) === number;
    if (!isLast) {
        await rm(path, { force: true });
    }
    return isLast;
}

/** Gives back the claim that this process holds. */
export async function giveUpClaim(folder: string): Promise<void> {
    await replaceFile(join(folder, String(Math.max(...(await claimsIn(folder))))), JSON.stringify({}));
}

async function claimsIn(folder: string): Promise<readonly number[]> {
    return (await namesIn(folder)).filter((name) => /^\d+$/.test(name)).map(Number);
}
