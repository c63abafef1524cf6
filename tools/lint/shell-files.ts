import { readFileSync } from "node:fs";
import { join } from "node:path";

const SHEBANG = /^#!\s*\/(?:usr\/)?bin\/(?:env\s+)?(?:ba|da)?sh\b/;

/** Those of the files that a shell runs: by their name or their first line. */
export function shellFiles(root: string, files: readonly string[]): string[] {
    return files.filter((file) => file.endsWith(".sh") || SHEBANG.test(firstLine(join(root, file))));
}

function firstLine(file: string): string {
    return readFileSync(file).subarray(0, 64).toString("latin1").split("\n", 1)[0] ?? "";
}
