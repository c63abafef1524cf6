import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Workshop } from "../measure/workshop.ts";
import type { RedisOs } from "../redis-os.ts";
import type { Layout } from "./layout.ts";

/** GNU time: what a program, and what it starts, had resident at most. */
const TIME = "/usr/bin/time";
const KIBIBYTE = 1024;
/** Neither is to ask a registry for what it has. */
const NOWHERE = "http://127.0.0.1:1";

export interface Measured {
    readonly seconds: number;
    /** Most memory that was resident, threads included. */
    readonly peakBytes: number;
}

async function measured(
    command: readonly string[],
    directory: string,
    env: NodeJS.ProcessEnv,
    workshop: Workshop,
): Promise<Measured> {
    const peak = join(directory, "peak");
    const start = performance.now();
    await workshop.run(TIME, ["-f", "%M", "-o", peak, ...command], directory, env);
    const seconds = (performance.now() - start) / 1000;
    return { seconds, peakBytes: Number(readFileSync(peak, "utf8")) * KIBIBYTE };
}

/** The real linuxkit, its cache warm: the layout. */
export function theirBuilder(program: string, layout: Layout, workshop: Workshop) {
    const directory = join(workshop.directory, "theirs");
    mkdirSync(join(directory, "out"), { recursive: true });
    const flags = ["--cache", layout.directory, "--no-sbom", "--arch", "amd64", "--dir", "out", "--name", "image"];
    const env = { HOME: directory, TMPDIR: directory, PATH: "", HTTPS_PROXY: NOWHERE };
    return (yaml: string, format: string): Promise<Measured> => {
        writeFileSync(join(directory, "image.yml"), yaml);
        return measured([program, "build", ...flags, "--format", format, "image.yml"], directory, env, workshop);
    };
}

export interface OwnBuilder {
    /** Empties the store but for what is downloaded: layers, Debian's packages and its index. */
    cool(): void;
    build(yaml: string, format: string): Promise<Measured>;
    /** Frees the disk. */
    remove(): void;
}

/** The packed command, its images at hand in the store as they are in the layout. */
export function ownBuilder(layout: Layout, redisOs: RedisOs, workshop: Workshop): OwnBuilder {
    const directory = join(workshop.directory, "ours");
    const store = join(directory, "cache", "pulumi-linuxkit");
    const blobs = join(store, "blobs", "sha256");
    mkdirSync(blobs, { recursive: true, mode: 0o700 });
    const layers = join(layout.directory, "blobs", "sha256");
    readdirSync(layers).forEach((name) => linkSync(join(layers, name), join(blobs, name)));
    const command = [process.execPath, join(redisOs.installed, "providers", "command", "main.js"), "build"];
    const env = { ...process.env, XDG_CACHE_HOME: join(directory, "cache") };
    return {
        cool: () =>
            readdirSync(store)
                .filter((name) => !["blobs", "indexes"].includes(name))
                .forEach((name) => rmSync(join(store, name), { recursive: true })),
        remove: () => rmSync(directory, { recursive: true }),
        build: (yaml, format) => {
            writeFileSync(join(directory, "image.yml"), yaml);
            const args = ["--format", format, "--dir", "out", "--name", "image", "image.yml"];
            return measured([...command, ...args], directory, env, workshop);
        },
    };
}
