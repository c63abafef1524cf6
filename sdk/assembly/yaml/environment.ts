import { spawnSync } from "node:child_process";
import { lstatSync, readFileSync } from "node:fs";

/** What reading YAML reaches outside itself through; synchronous, as a constructor is. */
export interface YamlEnvironment {
    workingDirectory(): string;
    /** A file's text, UTF-8. Throws where there is none. */
    readFile(path: string): string;
    /** A regular file's bytes; undefined for anything else. */
    readBytes(path: string): Buffer | undefined;
    /** Runs git in a folder; undefined where git is not there. */
    git(folder: string, args: readonly string[]): GitResult | undefined;
}

export interface GitResult {
    readonly status: number;
    readonly stdout: string;
}

const mostBytes = 256 * 2 ** 20;

/** This machine. */
export const localEnvironment: YamlEnvironment = {
    workingDirectory: () => process.cwd(),
    readFile: (path) => readFileSync(path, "utf8"),
    readBytes: (path) =>
        lstatSync(path, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(path) : undefined,
    git(folder, args) {
        const { status, stdout, error } = spawnSync("git", ["-C", folder, ...args], {
            encoding: "utf8",
            maxBuffer: mostBytes,
            stdio: ["ignore", "pipe", "ignore"],
        });
        return error !== undefined && (error as NodeJS.ErrnoException).code === "ENOENT"
            ? undefined
            : { status: status ?? 1, stdout };
    },
};
