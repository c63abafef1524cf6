import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { request } from "node:https";
import path from "node:path";
import { createInterface } from "node:readline";

import type { MadeBlob, MadeImage } from "../../../support/oci-image";
import type { MadeCertificates } from "./certificates";

/** The distribution project's registry, with TLS, on a free port of loopback. */
export interface Distribution {
    readonly host: string;
    push(repository: string, tag: string, image: MadeImage, authorization: string): Promise<void>;
    close(): Promise<void>;
}

/** Starts Debian's program `docker-registry` with a store in `folder`; `auth` is that section of its configuration. */
export async function startDistribution(folder: string, tls: MadeCertificates, auth: object): Promise<Distribution> {
    const config = {
        version: "0.1",
        log: { accesslog: { disabled: true } },
        storage: { filesystem: { rootdirectory: path.join(folder, "registry") } },
        http: { addr: "127.0.0.1:0", secret: "a test's", tls: { certificate: tls.files.cert, key: tls.files.key } },
        auth,
    };
    const file = path.join(folder, "config.yml");
    writeFileSync(file, JSON.stringify(config));
    const child = spawn("docker-registry", ["serve", file], { stdio: ["ignore", "ignore", "pipe"] });
    const host = await listening(child);
    return {
        host,
        push: (repository, tag, image, authorization) =>
            push(`https://${host}/v2/${repository}`, tag, image, { authorization, ca: tls.authority }),
        async close() {
            const over = once(child, "exit");
            child.kill("SIGKILL");
            await over;
        },
    };
}

function listening(child: ChildProcess): Promise<string> {
    const lines: string[] = [];
    return new Promise((resolve, reject) => {
        const fail = () => reject(new Error(`docker-registry ended:\n${lines.join("\n")}`));
        child.once("error", reject);
        child.once("exit", fail);
        createInterface({ input: child.stderr! }).on("line", (line) => {
            lines.push(line);
            const address = /listening on (127\.0\.0\.1:\d+)/.exec(line)?.[1];
            if (address !== undefined) {
                child.off("exit", fail);
                resolve(address);
            }
        });
    });
}

interface Pusher {
    readonly authorization: string;
    readonly ca: string;
}

/** OCI distribution specification, "Pushing manifests": blobs first, then what speaks of them. */
async function push(base: string, tag: string, image: MadeImage, as: Pusher): Promise<void> {
    for (const child of image.children) {
        await push(base, child.manifest.digest, child, as);
    }
    for (const blob of image.blobs) {
        await pushBlob(base, blob, as);
    }
    const { mediaType, bytes } = image.manifest;
    await send("PUT", `${base}/manifests/${tag}`, as, { "content-type": mediaType }, bytes);
}

async function pushBlob(base: string, { digest, bytes }: MadeBlob, as: Pusher): Promise<void> {
    const location = await send("POST", `${base}/blobs/uploads/`, as, { "content-length": "0" });
    const url = new URL(location, base);
    url.searchParams.set("digest", digest);
    await send("PUT", url.href, as, { "content-type": "application/octet-stream" }, bytes);
}

function send(
    method: string,
    url: string,
    { authorization, ca }: Pusher,
    headers: Readonly<Record<string, string>>,
    body?: Buffer,
): Promise<string> {
    return new Promise((resolve, reject) => {
        const outgoing = request(url, { method, ca, headers: { ...headers, authorization } }, (incoming) => {
            const { statusCode = 0, headers: answered } = incoming;
            incoming
                .resume()
                .once("end", () =>
                    statusCode < 300
                        ? resolve(answered.location ?? "")
                        : reject(new Error(`${method} ${url} answered ${statusCode}`)),
                );
        });
        outgoing.on("error", reject);
        outgoing.end(body);
    });
}
