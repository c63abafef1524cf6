import { createPrivateKey, randomUUID, sign } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import path from "node:path";

import { openOciImage } from "../../../providers/image/oci";
import { findOnPath } from "../../../tools/process/path.ts";
import { makeImage, makeIndex, makeLayer } from "../../support/oci-image";
import { type MadeCertificates, makeCertificates } from "./support/certificates";
import { type Distribution, startDistribution } from "./support/distribution";
import {
    closeWorld,
    failureOf,
    hello,
    imageSource,
    open,
    resolve,
    tarsOf,
    temporaryDirectory,
    withSettings,
} from "./support/world";

const missing = ["docker-registry", "openssl"].filter((program) => findOnPath(program, process.env) === undefined);
const describeWithRegistry = missing.length === 0 ? describe : describe.skip;

const PASSWORD = "secret of a robot";
/** bcrypt of the password. */
const HTPASSWD = "robot:$2y$05$abcdefghijklmnopqrstuuPj1crh972SqBnSpz1T3w.duMoDFoBTO\n";
const basic = Buffer.from(`robot:${PASSWORD}`).toString("base64");
const arm = makeImage({ layers: hello.layers, platform: { architecture: "arm64" } });
const docker = makeImage({ layers: [makeLayer([{ name: "d", body: "docker" }])], docker: true });
const armDocker = makeImage({ layers: docker.layers, docker: true, platform: { architecture: "arm64" } });

/** Docker's folder with the registry's authority, and its password. */
function dockerFolder(host: string, authority: string | undefined, auth: string | undefined): string {
    const folder = temporaryDirectory();
    const certificates = path.join(folder, "certs.d", host);
    mkdirSync(certificates, { recursive: true });
    if (authority !== undefined) {
        writeFileSync(path.join(certificates, "ca.crt"), authority);
    }
    writeFileSync(
        path.join(folder, "config.json"),
        JSON.stringify({ auths: auth === undefined ? {} : { [host]: { auth } } }),
    );
    return folder;
}

function environmentOf(dockerDirectory: string) {
    return withSettings({ dockerDirectory, certificateDirectories: [path.join(dockerDirectory, "certs.d")] });
}

describeWithRegistry(`images of a real registry (needs ${missing.join(" and ") || "nothing more"})`, () => {
    let certificates: MadeCertificates;
    let registry: Distribution;

    beforeAll(async () => {
        const folder = temporaryDirectory();
        certificates = makeCertificates(folder);
        writeFileSync(path.join(folder, "htpasswd"), HTPASSWD);
        registry = await startDistribution(folder, certificates, {
            htpasswd: { realm: "a test's", path: path.join(folder, "htpasswd") },
        });
        const push = (tag: string, image: typeof hello) => registry.push("team/hello", tag, image, `Basic ${basic}`);
        await push("1", hello);
        await push("index", makeIndex([arm, hello]));
        await push("list", makeIndex([armDocker, docker], { docker: true }));
        await push("arm", arm);
    });

    afterAll(async () => {
        await registry.close();
        await closeWorld();
    });

    const source = (tag: string) => imageSource(`${registry.host}/team/hello:${tag}`);
    const trusted = () => environmentOf(dockerFolder(registry.host, certificates.authority, basic));

    test.each([
        ["1", hello],
        ["index", hello],
        ["list", docker],
    ])("%s is resolved, fetched and verified", async (tag, expected) => {
        const image = await open(source(tag), trusted());
        expect(image.digest).toBe(expected.manifest.digest);
        const tars = await tarsOf(image);
        expect(tars.map((tar) => tar.length)).toEqual(expected.layers.length === 2 ? [2560, 2048] : [2048]);
    });

    test("a layer goes on from where an earlier attempt stopped", async () => {
        const env = trusted();
        const [layer] = docker.layers;
        const partial = path.join(env.storeDirectory, "partial");
        mkdirSync(partial);
        writeFileSync(path.join(partial, layer!.digest.slice(7)), layer!.bytes.subarray(0, 50));
        expect(await tarsOf(await open(source("list"), env))).toHaveLength(1);
    });

    test("a digest is found again in the store, without the registry", async () => {
        const env = trusted();
        const resolved = await resolve(source("1"), env);
        await tarsOf(await openOciImage(source("1"), resolved, env));
        const alone = withSettings(
            {},
            { storeDirectory: env.storeDirectory, fetch: () => Promise.reject(new Error("asked")) },
        );
        expect(await tarsOf(await openOciImage(source("1"), resolved, alone))).toHaveLength(2);
    });

    test("what is missing, forbidden or for another platform is told apart", async () => {
        const wrong = Buffer.from("robot:no-such-password").toString("base64");
        const stranger = environmentOf(dockerFolder(registry.host, certificates.authority, undefined));
        const impostor = environmentOf(dockerFolder(registry.host, certificates.authority, wrong));
        const failures = await Promise.all([
            failureOf(resolve(source("nothing"), trusted())),
            failureOf(resolve(source("arm"), trusted())),
            failureOf(resolve(source("1"), stranger)),
            failureOf(resolve(source("1"), impostor)),
        ]);
        expect(failures.map(({ code }) => code)).toEqual([
            "RegistryUnknown",
            "OciPlatform",
            "RegistryDenied",
            "RegistryDenied",
        ]);
        expect(failures.map(({ everything }) => everything).join("")).not.toMatch(
            new RegExp(`no-such-password|${wrong}|${basic}|${PASSWORD}`),
        );
    });

    test("a certificate of an unknown authority is refused, with the place for it", async () => {
        const folder = dockerFolder(registry.host, undefined, basic);
        const failure = await failureOf(resolve(source("1"), environmentOf(folder)));
        expect(failure).toMatchObject({ code: "RegistryCertificate" });
        expect(failure.message).toContain(`${folder}/certs.d/${registry.host}/ca.crt`);
    });

    test("a certificate of another authority is refused", async () => {
        const other = makeCertificates(temporaryDirectory());
        const failure = await failureOf(
            resolve(source("1"), environmentOf(dockerFolder(registry.host, other.authority, basic))),
        );
        expect(failure).toMatchObject({ code: "RegistryCertificate" });
    });
});

describeWithRegistry("images of a real registry that wants tokens", () => {
    let certificates: MadeCertificates;
    let registry: Distribution;
    let tokens: Server;
    let realm: string;

    beforeAll(async () => {
        const folder = temporaryDirectory();
        certificates = makeCertificates(folder);
        tokens = await tokenServer(certificates);
        realm = `https://127.0.0.1:${(tokens.address() as AddressInfo).port}/token`;
        const rootcertbundle = certificates.files.authority;
        registry = await startDistribution(folder, certificates, {
            token: { realm, service: "a registry", issuer: "a test", rootcertbundle },
        });
        const access = [{ type: "repository", name: "team/hello", actions: ["pull", "push"] }];
        await registry.push("team/hello", "1", hello, `Bearer ${tokenOf(access, certificates)}`);
    });

    afterAll(async () => {
        tokens.closeAllConnections();
        await new Promise((done) => tokens.close(done));
        await registry.close();
        await closeWorld();
    });

    test("are given to who has one, and to nobody else", async () => {
        const source = imageSource(`${registry.host}/team/hello:1`);
        const trusting = (auth: string | undefined) => {
            const folder = dockerFolder(registry.host, certificates.authority, auth);
            const second = path.join(folder, "certs.d", new URL(realm).host);
            mkdirSync(second);
            writeFileSync(path.join(second, "ca.crt"), certificates.authority);
            return environmentOf(folder);
        };
        expect(await tarsOf(await open(source, trusting(basic)))).toHaveLength(2);
        const failure = await failureOf(resolve(source, trusting(undefined)));
        expect(failure).toMatchObject({ code: "RegistryDenied" });
        expect(failure.message).toContain("without credentials");
    });
});

/** Gives who has the password a token for what it asks for. */
async function tokenServer(certificates: MadeCertificates): Promise<Server> {
    const server = createServer({ key: certificates.key, cert: certificates.cert }, (request, response) => {
        const [type = "", name = "", actions = ""] =
            new URL(request.url ?? "/", "https://tokens").searchParams.get("scope")?.split(":") ?? [];
        const isKnown = request.headers.authorization === `Basic ${basic}`;
        const token = isKnown ? tokenOf([{ type, name, actions: actions.split(",") }], certificates) : undefined;
        response.writeHead(isKnown ? 200 : 401).end(JSON.stringify({ token }));
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return server;
}

/** A JSON Web Token of the distribution project's form, signed by the server's own key, whose certificate goes along. */
function tokenOf(access: readonly object[], { key, cert }: MadeCertificates): string {
    const now = Math.floor(Date.now() / 1000);
    const x5c = [cert.replace(/-----[^-]+-----|\s/g, "")];
    const claims = {
        iss: "a test",
        sub: "robot",
        aud: "a registry",
        nbf: now - 60,
        iat: now,
        exp: now + 300,
        jti: randomUUID(),
        access,
    };
    const encoded = [{ typ: "JWT", alg: "ES256", x5c }, claims]
        .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
        .join(".");
    const signature = sign("sha256", Buffer.from(encoded), { key: createPrivateKey(key), dsaEncoding: "ieee-p1363" });
    return `${encoded}.${signature.toString("base64url")}`;
}
