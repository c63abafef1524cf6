import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

import type { Architecture } from "../../../sdk/assembly/spec";
import { run } from "../../../tools/process/run.ts";
import type { Built, FormatName } from "./built";

const PATIENCE_MS = 2 * 60_000;
/** It asks a registry for what it does not take out of its cache. */
const NOWHERE = "http://127.0.0.1:1";
const suffixes: Readonly<Record<FormatName, Readonly<Record<string, string>>>> = {
    tar: { tar: ".tar" },
    docker: { tar: ".docker" },
    "kernel+initrd": { kernel: "-kernel", initrd: "-initrd.img", cmdline: "-cmdline" },
};

/** What a build with the real linuxkit has to know. */
export interface RealLinuxkit {
    readonly program: string;
    /** OCI layout that it takes for its cache: an image is found there by `org.opencontainers.image.ref.name`. */
    readonly layout: string;
    readonly architecture: Architecture;
    /** Holds what it writes. */
    readonly folder: string;
}

/**
 * Builds YAML with the real linuxkit, out of the layout alone.
 * @throws Error with its output where it refuses
 */
export async function buildReal(yaml: string, format: FormatName, real: RealLinuxkit): Promise<Built> {
    const { folder } = real;
    const out = path.join(folder, "out");
    rmSync(out, { recursive: true, force: true });
    [out, path.join(folder, "home")].forEach((each) => mkdirSync(each, { recursive: true }));
    writeFileSync(path.join(folder, "image.yml"), yaml);
    const flags = ["--cache", real.layout, "--no-sbom", "--arch", real.architecture, "--dir", out, "--name", "image"];
    const { code, output } = await run(real.program, ["build", ...flags, "--format", format, "image.yml"], {
        cwd: folder,
        env: { HOME: path.join(folder, "home"), TMPDIR: folder, PATH: "", HTTPS_PROXY: NOWHERE },
        timeoutMs: PATIENCE_MS,
    });
    if (code !== 0) {
        throw new Error(`linuxkit build --format ${format} failed:\n${output}`);
    }
    const parts = Object.entries(suffixes[format]).map(
        ([part, suffix]) => [part, path.join(out, `image${suffix}`)] as const,
    );
    return Object.fromEntries(
        parts.flatMap(([part, file]) => (existsSync(file) ? [[part, readFileSync(file)] as const] : [])),
    );
}
