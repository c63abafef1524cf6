import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import * as openpgp from "openpgp";
import { type Deb, type FakePackage, indexParagraph, makeDeb, sha256Of } from "./make-deb";

export interface FakeSuite {
    readonly suite: string;
    readonly packages: readonly FakePackage[];
    /** Fields of the InRelease that replace those made up. */
    readonly release?: Readonly<Record<string, string | undefined>>;
    readonly architecture?: string;
}

/** A handler of a single path, for what a good server would not do; false lets the archive answer. */
export type Misbehaviour = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface FakeArchive {
    readonly url: string;
    /** Armoured public key. */
    readonly key: string;
    /** Paths asked for, in order, with the Range asked for where there is one. */
    readonly requests: { readonly path: string; readonly range: string | undefined }[];
    /** Files by path; a test may put, change or delete them. */
    readonly files: Map<string, Buffer>;
    readonly debs: readonly Deb[];
    /** By path. */
    readonly misbehaviours: Map<string, Misbehaviour>;
    /** Adds or replaces suites, signed anew. */
    publish(suites: readonly FakeSuite[], signer?: "own" | "stranger"): Promise<void>;
    close(): Promise<void>;
}

export const NOW = new Date("2026-06-15T12:00:00Z");

interface Signer {
    readonly privateKey: openpgp.PrivateKey;
    readonly publicKey: string;
}

/** trixie with its companions, the packages in trixie itself. */
export function trixie(packages: readonly FakePackage[], changes: Partial<FakeSuite> = {}): FakeSuite[] {
    return [
        { suite: "trixie", packages, ...changes },
        { suite: "trixie-updates", packages: [] },
        { suite: "trixie-security", packages: [] },
    ];
}

const signers = new Map<string, Promise<Signer>>();

/** Keys are made once a test file. */
function signerOf(name: string): Promise<Signer> {
    const signer = signers.get(name) ?? makeSigner(name);
    signers.set(name, signer);
    return signer;
}

async function makeSigner(name: string): Promise<Signer> {
    const date = new Date("2026-01-01T00:00:00Z");
    const pair = await openpgp.generateKey({ userIDs: [{ name }], date, format: "object" });
    return { privateKey: pair.privateKey, publicKey: pair.publicKey.armor() };
}

async function sign(text: string, signer: Signer): Promise<Buffer> {
    const message = await openpgp.createCleartextMessage({ text });
    const date = new Date("2026-06-15T00:00:00Z");
    return Buffer.from(await openpgp.sign({ message, signingKeys: signer.privateKey, date }));
}

/** A Debian archive on the loopback interface: signed, with its packages made in memory. */
export async function startArchive(suites: readonly FakeSuite[], owner = "Archive of the tests"): Promise<FakeArchive> {
    const own = await signerOf(owner);
    const stranger = await signerOf("Somebody else");
    const files = new Map<string, Buffer>();
    const requests: FakeArchive["requests"] = [];
    const misbehaviours = new Map<string, Misbehaviour>();
    const debs: Deb[] = [];
    const server = createServer((request, response) => {
        const path = decodeURIComponent(new URL(request.url ?? "/", "http://archive").pathname).slice(1);
        requests.push({ path, range: request.headers.range });
        if (misbehaviours.get(path)?.(request, response) !== true) {
            answer(files.get(path), request, response);
        }
    });
    const publish: FakeArchive["publish"] = async (added, signer = "own") => {
        for (const suite of added) {
            await publishSuite(suite, signer === "own" ? own : stranger, files, debs);
        }
    };
    await publish(suites);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}`;
    return { url, key: own.publicKey, requests, files, debs, misbehaviours, publish, close: () => closed(server) };
}

function closed(server: Server): Promise<void> {
    return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
    });
}

async function publishSuite(fake: FakeSuite, signer: Signer, files: Map<string, Buffer>, debs: Deb[]): Promise<void> {
    const architecture = fake.architecture ?? "amd64";
    const made = fake.packages.map(makeDeb);
    debs.push(...made);
    made.forEach((deb) => files.set(deb.path, deb.bytes));
    const text = Buffer.from(`${made.map(indexParagraph).join("\n\n")}\n`);
    const index = gzipSync(made.length === 0 ? Buffer.alloc(0) : text);
    const path = `main/binary-${architecture}/Packages.gz`;
    files.set(`dists/${fake.suite}/${path}`, index);
    files.set(`dists/${fake.suite}/main/binary-${architecture}/by-hash/SHA256/${sha256Of(index)}`, index);
    const fields: Record<string, string | undefined> = {
        Origin: "Tests",
        Suite: fake.suite,
        Codename: fake.suite,
        Date: "Sun, 14 Jun 2026 12:00:00 UTC",
        "Valid-Until": "Sun, 21 Jun 2026 12:00:00 UTC",
        "Acquire-By-Hash": "yes",
        Architectures: architecture,
        Components: "main",
        SHA256: `\n ${sha256Of(index)} ${index.length} ${path}`,
        ...fake.release,
    };
    const lines = Object.entries(fields).filter(([, value]) => value !== undefined);
    const release = `${lines.map(([field, value]) => `${field}: ${value}`).join("\n")}\n`;
    files.set(`dists/${fake.suite}/InRelease`, await sign(release, signer));
}

function answer(file: Buffer | undefined, request: IncomingMessage, response: ServerResponse): void {
    if (file === undefined) {
        response.writeHead(404).end("not here");
        return;
    }
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    if (start > 0 && start < file.length) {
        const range = `bytes ${start}-${file.length - 1}/${file.length}`;
        response.writeHead(206, { "content-range": range, "content-length": file.length - start });
        response.end(file.subarray(start));
        return;
    }
    response.writeHead(200, { "content-length": file.length }).end(file);
}
