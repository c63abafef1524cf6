import { execFile } from "node:child_process";
import {
    chmodSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    statSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { defaultStoreDirectory } from "../../../../providers/image";
import { debianEntries, findMirrors, resolveDebian } from "../../../../providers/image/debian";
import type { Architecture } from "../../../../sdk/assembly/spec";
import { fakeEnvironment, fakeSource } from "../../debian/support/environment";
import { readTree } from "../../debian/support/read-tree";

const component = path.join(__dirname, "../../../../providers/image/base/components/metadata");
const architecture: Architecture = process.arch === "arm64" ? "arm64" : "amd64";

/** What the component left behind, and what it said. */
export interface Outcome {
    readonly code: number;
    /** The last line that it wrote to standard error, which the machine's console shows. */
    readonly error: string;
    readonly console: readonly string[];
    /** By path below /run/config; a folder's content is "folder". */
    readonly files: Readonly<Record<string, string>>;
    /** Permissions in octal, by path below /run/config. */
    readonly modes: Readonly<Record<string, string>>;
    readonly hostname: string;
}

/** Runs the component's files on this host under Debian's busybox and jq, with the machine's paths below a folder. */
export class MetadataGuest {
    private constructor(private readonly folder: string) {}

    static async make(): Promise<MetadataGuest> {
        const guest = new MetadataGuest(mkdtempSync(path.join(tmpdir(), "linuxkit-metadata-")));
        const env = fakeEnvironment({
            storeDirectory: defaultStoreDirectory(process.env),
            mirrors: await findMirrors({ environment: process.env }),
            now: () => new Date(),
        });
        const { mirror: _, securityMirror: __, ...source } = fakeSource({ url: "" } as never, ["busybox-static", "jq"]);
        const resolved = await resolveDebian(source, architecture, undefined, env);
        const { entries } = await debianEntries(source, resolved, architecture, env);
        for (const { path: name, bytes, target, type } of await readTree(entries)) {
            if (bytes !== undefined) {
                guest.write(`root/${name}`, bytes, 0o755);
            } else if (type === "symlink" && target !== undefined) {
                mkdirSync(path.dirname(guest.at(`root/${name}`)), { recursive: true });
                symlinkSync(target, guest.at(`root/${name}`));
            }
        }
        guest.#writeJq();
        return guest;
    }

    /** Runs it anew, on a machine with these files, against a server on loopback. */
    async run(
        port: number,
        providers: readonly string[] = [],
        machine: Readonly<Record<string, string>> = {},
    ): Promise<Outcome> {
        for (const name of ["run", "tmp", "sys", "proc", "dev"]) {
            rmSync(this.at(name), { recursive: true, force: true });
            mkdirSync(this.at(name));
        }
        mkdirSync(this.at("run/config"));
        const usual = { "dev/console": "", "proc/sys/kernel/hostname": "before\n" };
        Object.entries({ ...usual, ...machine }).forEach(([name, content]) => this.write(name, content));
        for (const name of readdirSync(component)) {
            this.write(`component/${name}`, this.#moved(readFileSync(path.join(component, name), "utf8"), port));
        }
        const { code, error } = await this.#execute(providers);
        return { code, error, ...this.#left() };
    }

    remove(): void {
        rmSync(this.folder, { recursive: true, force: true });
    }

    at(name: string): string {
        return path.join(this.folder, name);
    }

    write(name: string, content: string | Buffer, mode = 0o644): void {
        mkdirSync(path.dirname(this.at(name)), { recursive: true });
        writeFileSync(this.at(name), content);
        chmodSync(this.at(name), mode);
    }

    /** Its libraries are those beside it, not this host's. */
    #writeJq(): void {
        const libraries = path.join(
            this.at("root/usr/lib"),
            architecture === "arm64" ? "aarch64-linux-gnu" : "x86_64-linux-gnu",
        );
        const loader = readdirSync(libraries).find((name) => name.startsWith("ld-linux-"));
        const command = `${libraries}/${loader} --library-path ${libraries} ${this.at("root/usr/bin/jq")}`;
        this.write("jq", `#!/bin/sh\nexec ${command} "$@"\n`, 0o755);
    }

    #moved(script: string, port: number): string {
        return script
            .replace(/(?<![\w$}/"])\/(?=(run|tmp|sys)\/|dev\/console|proc\/sys\/)/g, `${this.folder}/`)
            .replace(/"\/sys\//g, `"${this.folder}/sys/`)
            .replace(/(?<= )\/(?=(http|providers|files)\.sh|(tree|azure)\.jq)/g, `${this.folder}/component/`)
            .replaceAll("/usr/bin/jq", this.at("jq"))
            .replace("server=169.254.169.254 port=80", `server=127.0.0.1 port=${port}`)
            .replace("patience=10 ", "patience=2")
            .replace("deadline=120", "deadline=5");
    }

    #execute(providers: readonly string[]): Promise<{ code: number; error: string }> {
        const args = ["sh", this.at("component/metadata"), ...providers];
        return new Promise((resolve) => {
            const options = { env: { PATH: "/nowhere" }, timeout: 50_000 };
            execFile(this.at("root/usr/bin/busybox"), args, options, (failure, _, errors) => {
                const code = failure === null ? 0 : Number(failure.code ?? -1);
                resolve({ code, error: errors.trim().split("\n").at(-1) ?? "" });
            });
        });
    }

    #left(): Pick<Outcome, "console" | "files" | "modes" | "hostname"> {
        const paths = readdirSync(this.at("run/config"), { recursive: true, encoding: "utf8" }).toSorted();
        const entries = paths.map((name) => ({ name, status: statSync(this.at(`run/config/${name}`)) }));
        return {
            console: readFileSync(this.at("dev/console"), "utf8").split("\n").filter(Boolean),
            files: Object.fromEntries(
                entries.map(({ name, status }) => [
                    name,
                    status.isDirectory() ? "folder" : readFileSync(this.at(`run/config/${name}`), "latin1"),
                ]),
            ),
            modes: Object.fromEntries(entries.map(({ name, status }) => [name, (status.mode & 0o7777).toString(8)])),
            hostname: readFileSync(this.at("proc/sys/kernel/hostname"), "utf8"),
        };
    }
}
