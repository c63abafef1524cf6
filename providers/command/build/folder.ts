import { access, constants } from "node:fs/promises";
import path from "node:path";

import { LinuxKitError } from "../../../sdk/assembly/error";
import { removeFolders } from "../../artifact/image-file/folder";
import { makeFolder } from "../../image/store/make-folder";

/**
 * Finds out whether a file's folder can be made and written to, before a build that may take long; leaves nothing behind.
 * @throws LinuxKitError `file-not-written`
 */
export async function requireFolderOf(file: string): Promise<void> {
    const folder = path.dirname(file);
    try {
        const uppermost = await makeFolder(folder);
        await access(folder, constants.W_OK);
        if (uppermost !== undefined) {
            await removeFolders(file, uppermost);
        }
    } catch (cause) {
        const { message } = cause as Error;
        const shown = path.relative("", folder) || ".";
        const text = `--dir: ${shown} cannot be made or written to: ${message}: name a folder that can`;
        throw new LinuxKitError("file-not-written", text, { path: shown }, { cause });
    }
}
