import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Full path of the first executable file of that name on PATH. */
export function findOnPath(name: string, env: NodeJS.ProcessEnv): string | undefined {
    return (env.PATH ?? "")
        .split(delimiter)
        .filter((directory) => directory !== "")
        .map((directory) => join(directory, name))
        .find(isExecutable);
}

export function isExecutable(file: string): boolean {
    try {
        accessSync(file, constants.X_OK);
        return statSync(file).isFile();
    } catch {
        return false;
    }
}
