import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import fc from "fast-check";

import type { BuildEnvironment } from "../../../providers/image/environment";
import { findCredentials } from "../../../providers/image/oci/credentials/docker-config";
import { writeScript } from "../../support/folder";
import type { FakeRegistry } from "../../support/oci-registry";
import {
    closeWorld,
    failureOf,
    hello,
    imageSource,
    open,
    registryOf,
    resolve,
    tarsOf,
    temporaryDirectory,
    withSettings,
} from "./support/world";

afterAll(closeWorld);

const PASSWORD = "secret:with:colons";
const credentials = ["robot", PASSWORD] as const;
const auth = Buffer.from(credentials.join(":")).toString("base64");

function dockerConfig(config: object | string): { dockerDirectory: string } {
    const dockerDirectory = temporaryDirectory();
    const text = typeof config === "string" ? config : JSON.stringify(config);
    writeFileSync(path.join(dockerDirectory, "config.json"), text);
    return { dockerDirectory };
}

/** An environment with a credential helper called "test" that answers with `body`, a shell script. */
function withHelper(body: string, config: object, changes: Partial<BuildEnvironment> = {}) {
    const bin = temporaryDirectory();
    writeScript(path.join(bin, "docker-credential-test"), body);
    return withSettings(
        { ...dockerConfig(config), environment: { PATH: `${bin}${path.delimiter}${process.env["PATH"]}` } },
        changes,
    );
}

function helloOf(registry: FakeRegistry) {
    return imageSource(`${registry.host}/library/hello:1`);
}

const images = { "library/hello:1": hello };

describe("who asks", () => {
    test.each([
        ["basic", []],
        ["bearer", ["/token?service=a+registry&scope=repository%3Alibrary%2Fhello%3Apull"]],
    ] as const)("is said by a password of config.json (%s)", async (kind, logins) => {
        const registry = await registryOf(images, { auth: kind, credentials });
        const env = withSettings(dockerConfig({ auths: { [registry.host]: { auth } } }));
        expect(await tarsOf(await open(helloOf(registry), env))).toHaveLength(2);
        const asked = registry.requests.map(({ path: each }) => each);
        expect(asked.filter((each) => each.startsWith("/token"))).toEqual(logins);
        // Nobody is told before it asks, and the challenge is answered once.
        const unsaid = registry.requests.filter(({ headers }) => headers.authorization === undefined);
        expect(unsaid).toHaveLength(1);
    });

    test("may be nobody", async () => {
        const registry = await registryOf(images, { auth: "bearer", anonymous: true });
        expect((await resolve(helloOf(registry), withSettings({}))).digest).toBe(hello.manifest.digest);
    });

    test.each([
        ["by a URL", (host: string) => ({ [`https://${host}/v1/`]: { auth } })],
        ["in two members", (host: string) => ({ [host]: { username: "robot", password: PASSWORD } })],
        [
            "with zeros behind",
            (host: string) => ({ [host]: { auth: Buffer.from(`robot:${PASSWORD}\0\0`).toString("base64") } }),
        ],
    ])("stands in config.json %s", async (_, auths) => {
        const registry = await registryOf(images, { auth: "basic", credentials });
        const env = withSettings(dockerConfig({ auths: auths(registry.host) }));
        expect((await resolve(helloOf(registry), env)).digest).toBe(hello.manifest.digest);
    });

    test("is said by a refresh token", async () => {
        const registry = await registryOf(images, { auth: "bearer", identityToken: "refresh me" });
        const env = withSettings(dockerConfig({ auths: { [registry.host]: { auth, identitytoken: "refresh me" } } }));
        expect((await resolve(helloOf(registry), env)).digest).toBe(hello.manifest.digest);
        expect(registry.requests.find(({ path: each }) => each === "/token")?.method).toBe("POST");
    });

    test("is said by a token for the registry itself", async () => {
        const registry = await registryOf(images, { auth: "bearer" });
        const registrytoken = Buffer.from("token for repository:library/hello:pull").toString("base64url");
        const env = withSettings(dockerConfig({ auths: { [registry.host]: { registrytoken } } }));
        expect((await resolve(helloOf(registry), env)).digest).toBe(hello.manifest.digest);
        expect(registry.requests.some(({ path: each }) => each.startsWith("/token"))).toBe(false);
    });

    test("is said again where a token has run out", async () => {
        const registry = await registryOf(images, { auth: "bearer", credentials });
        const env = withSettings(dockerConfig({ auths: { [registry.host]: { auth } } }));
        const image = await open(helloOf(registry), env);
        const blob = `/v2/library/hello/blobs/${hello.layers[0]?.digest}`;
        registry.misbehaviours.set(blob, (request, response) => {
            registry.misbehaviours.delete(blob);
            const challenge = `Bearer realm="${registry.url}/token",service="a registry"`;
            response.writeHead(401, { "www-authenticate": challenge }).end();
            return true;
        });
        expect(await tarsOf(image)).toHaveLength(2);
        expect(registry.requests.filter(({ path: each }) => each.startsWith("/token"))).toHaveLength(2);
    });

    test("at a mirror is what is known of the mirror, or stands in its URL", async () => {
        const registry = await registryOf(images, { auth: "basic", credentials });
        const origin = "registry.example";
        const url = registry.url.replace("//", `//robot:${encodeURIComponent(PASSWORD)}@`);
        const source = imageSource(`${origin}/library/hello:1`);
        const env = withSettings({ mirrors: { [origin]: [url] } });
        expect((await resolve(source, env)).digest).toBe(hello.manifest.digest);
        const known = withSettings({
            mirrors: { [origin]: [registry.url] },
            ...dockerConfig({ auths: { [registry.host]: { auth }, [origin]: { auth: "eDp5" } } }),
        });
        expect((await resolve(source, known)).digest).toBe(hello.manifest.digest);
    });
});

describe("a credential helper", () => {
    const answer = `read server; echo "{\\"ServerURL\\":\\"$server\\",\\"Username\\":\\"robot\\",\\"Secret\\":\\"${PASSWORD}\\"}"`;

    test.each([
        ["of one registry", (host: string) => ({ credHelpers: { [host]: "test" }, credsStore: "none" })],
        ["of all", () => ({ credsStore: "test" })],
    ])("%s is asked for that registry", async (_, config) => {
        const registry = await registryOf(images, { auth: "bearer", credentials });
        const body = `[ "$1" = get ] || exit 9\nread server\n[ "$server" = "${registry.host}" ] || exit 8\nprintf '%s' '{"Username":"robot","Secret":"${PASSWORD}"}'`;
        const env = withHelper(body, config(registry.host));
        expect((await resolve(helloOf(registry), env)).digest).toBe(hello.manifest.digest);
    });

    test("may give a refresh token", async () => {
        const registry = await registryOf(images, { auth: "bearer", identityToken: "refresh me" });
        const env = withHelper(`echo '{"Username":"<token>","Secret":"refresh me"}'`, { credsStore: "test" });
        expect((await resolve(helloOf(registry), env)).digest).toBe(hello.manifest.digest);
    });

    test("that knows nothing leaves it to the file", async () => {
        const registry = await registryOf(images, { auth: "basic", credentials });
        const env = withHelper(`echo "credentials not found in native keychain"; exit 1`, {
            credsStore: "test",
            auths: { [registry.host]: { auth } },
        });
        expect((await resolve(helloOf(registry), env)).digest).toBe(hello.manifest.digest);
    });

    test.each([
        ["fails", { credsStore: "test" }, "ended with the exit code 3"],
        [
            "is missing",
            { credsStore: "nowhere" },
            "docker-credential-nowhere, which Docker's config.json names, is not on PATH",
        ],
        ["has no name", { credsStore: "../evil" }, "is no name of a credential helper"],
    ])("that %s is passed over, and named where a login was needed", async (_, config, reason) => {
        const told: string[] = [];
        const env = withHelper("echo private words; exit 3", config, { progress: ({ message }) => told.push(message) });
        const free = await registryOf(images, { auth: "bearer", anonymous: true });
        expect((await resolve(helloOf(free), env)).digest).toBe(hello.manifest.digest);
        expect(told.join("\n")).toContain(reason);
        const closed = await registryOf(images, { auth: "bearer" });
        const failure = await failureOf(resolve(helloOf(closed), env));
        expect(failure).toMatchObject({ code: "RegistryDenied" });
        expect(failure.message).toContain(reason);
        expect(failure.everything + told.join("")).not.toContain("private words");
    });

    test("is not asked where nobody wants to know", async () => {
        const registry = await registryOf(images);
        const env = withHelper("exit 3", { credsStore: "test" }, { progress: () => expect("a word").toBe("not said") });
        expect((await resolve(helloOf(registry), env)).digest).toBe(hello.manifest.digest);
    });

    test("gets its environment, and its answer is held against the protocol", async () => {
        const registry = await registryOf(images, { auth: "basic", credentials });
        expect((await resolve(helloOf(registry), withHelper(answer, { credsStore: "test" }))).digest).toBe(
            hello.manifest.digest,
        );
        const env = withHelper(`echo '{"Secret":["${PASSWORD}"]}'`, { credsStore: "test" });
        const failure = await failureOf(resolve(helloOf(registry), env));
        expect(failure).toMatchObject({ code: "OciMalformed" });
        expect(failure.everything).not.toContain(PASSWORD);
    });
});

describe("nothing secret is told", () => {
    test.each(["basic", "bearer"] as const)("when the password is wrong (%s)", async (kind) => {
        const registry = await registryOf(images, { auth: kind, credentials: ["robot", "another"] });
        const told: string[] = [];
        const env = withSettings(dockerConfig({ auths: { [registry.host]: { auth } } }), {
            progress: ({ message }) => told.push(message),
        });
        const failure = await failureOf(resolve(helloOf(registry), env));
        expect(failure).toMatchObject({ code: "RegistryDenied" });
        expect(failure.message).toContain("config.json");
        expect(failure.message).toContain(`docker login ${registry.host}`);
        expect(failure.everything + told.join("")).not.toMatch(new RegExp(`${PASSWORD}|${auth}`));
    });

    test("to the store", async () => {
        const registry = await registryOf(images, { auth: "bearer", credentials });
        const env = withSettings(dockerConfig({ auths: { [registry.host]: { auth } } }));
        await tarsOf(await open(helloOf(registry), env));
        const [token = ""] = registry.requests.flatMap(
            ({ headers }) => headers.authorization?.match(/Bearer (.*)/)?.[1] ?? [],
        );
        const files = readdirSync(env.storeDirectory, { recursive: true, withFileTypes: true }).filter((each) =>
            each.isFile(),
        );
        const text = files.map((each) => readFileSync(path.join(each.parentPath, each.name), "latin1")).join("");
        expect(token).not.toBe("");
        expect(files).toHaveLength(4);
        expect([PASSWORD, auth, token].filter((secret) => text.includes(secret))).toEqual([]);
    });

    test("when config.json cannot be read", async () => {
        const registry = await registryOf(images, { auth: "basic" });
        for (const text of [`{"auths":{"x":{"auth":"${auth}"}}`, `{"auths":{"x":["${auth}"]}}`]) {
            const env = withSettings(dockerConfig(text));
            const failure = await failureOf(resolve(helloOf(registry), env));
            expect(failure).toMatchObject({ code: "OciMalformed" });
            expect(failure.message).toContain("config.json is malformed");
            expect(failure.everything).not.toContain(auth);
        }
    });

    test("when an entry of it is no base64 of a password", async () => {
        const registry = await registryOf(images, { auth: "basic" });
        const env = withSettings(dockerConfig({ auths: { [registry.host]: { auth: "c2VjcmV0" } } }));
        const failure = await failureOf(resolve(helloOf(registry), env));
        expect(failure).toMatchObject({ code: "OciMalformed" });
        expect(failure.everything).not.toMatch(/c2VjcmV0|secret/);
    });

    test.each([
        ["no token", "{}", "OciMalformed"],
        ["no JSON", `{"token":"${PASSWORD}`, "OciMalformed"],
        ["a token with a line break", JSON.stringify({ token: `${PASSWORD}\r\nx: y` }), "RegistryDenied"],
    ])("when the token server gives %s", async (_, body, code) => {
        const registry = await registryOf(images, { auth: "bearer", credentials });
        registry.misbehaviours.set("/token", (_request, response) => {
            response.end(body);
            return true;
        });
        const env = withSettings(dockerConfig({ auths: { [registry.host]: { auth } } }));
        const failure = await failureOf(resolve(helloOf(registry), env));
        expect(failure).toMatchObject({ code });
        expect(failure.everything).not.toContain(PASSWORD);
    });

    test("to the host that a registry sends to", async () => {
        const cdn = await registryOf(images);
        const registry = await registryOf(images, { auth: "basic", credentials });
        for (const { digest } of hello.layers) {
            const blob = `/v2/library/hello/blobs/${digest}`;
            registry.misbehaviours.set(blob, (request, response) => {
                if (request.headers.authorization === undefined) {
                    return false;
                }
                response.writeHead(307, { location: `${cdn.url}${blob}?signature=${PASSWORD}` }).end();
                return true;
            });
        }
        const env = withSettings(dockerConfig({ auths: { [registry.host]: { auth } } }));
        const image = await open(helloOf(registry), env);
        expect(await tarsOf(image)).toHaveLength(2);
        expect(cdn.requests).toHaveLength(2);
        expect(cdn.requests.flatMap(({ headers }) => headers.authorization ?? [])).toEqual([]);
        await cdn.close();
        const failure = await failureOf(
            open(helloOf(registry), { ...env, storeDirectory: temporaryDirectory() }).then(tarsOf),
        );
        expect(failure.everything).not.toContain(PASSWORD);
    });

    test("to the same host again when it sends on to itself", async () => {
        const registry = await registryOf(images, { auth: "basic", credentials });
        registry.misbehaviours.set("/v2/library/hello/manifests/1", (_, response) => {
            response.writeHead(302, { location: `/v2/library/hello/manifests/${hello.manifest.digest}` }).end();
            return true;
        });
        const env = withSettings(dockerConfig({ auths: { [registry.host]: { auth } } }));
        expect((await resolve(helloOf(registry), env)).digest).toBe(hello.manifest.digest);
        expect(registry.requests.at(-1)?.headers.authorization).toBe(`Basic ${auth}`);
    });
});

describe("a redirect", () => {
    test.each([
        [
            "without end",
            (registry: FakeRegistry) => `${registry.url}/v2/library/hello/manifests/1`,
            "more than 10 times",
        ],
        ["to a file", () => "file:///etc/passwd", "not encrypted"],
        ["to what is no URL", () => "http://[", "no URL"],
    ])("%s is refused", async (_, location, reason) => {
        const registry = await registryOf(images);
        registry.misbehaviours.set("/v2/library/hello/manifests/1", (_request, response) => {
            response.writeHead(302, { location: location(registry) }).end();
            return true;
        });
        const failure = await failureOf(resolve(helloOf(registry), withSettings({})));
        expect(failure).toMatchObject({ code: "RegistryRedirect" });
        expect(failure.message).toContain(reason);
    });

    test("from an encrypted place to one that is not is refused", async () => {
        const env = withSettings(
            {},
            {
                fetch: () =>
                    Promise.resolve(
                        new Response(null, { status: 302, headers: { location: "http://plain.example/" } }),
                    ),
            },
        );
        const failure = await failureOf(resolve(imageSource("registry.example/hello:1"), env));
        expect(failure).toMatchObject({ code: "RegistryRedirect" });
    });
});

test("a token server on a plain connection gets no password of an encrypted registry", async () => {
    const sent: string[] = [];
    const env = withSettings(dockerConfig({ auths: { "registry.example": { auth } } }), {
        fetch: (url) => {
            sent.push(url as string);
            const challenge = 'Bearer realm="http://tokens.example/",service="x"';
            return Promise.resolve(new Response(null, { status: 401, headers: { "www-authenticate": challenge } }));
        },
    });
    const failure = await failureOf(resolve(imageSource("registry.example/hello:1"), env));
    expect(failure).toMatchObject({ code: "RegistryDenied" });
    expect(sent).toEqual(["https://registry.example/v2/hello/manifests/1"]);
});

test("Docker's hub is asked at its own host, and known by its old names in config.json", async () => {
    for (const key of ["https://index.docker.io/v1/", "docker.io", "registry-1.docker.io"]) {
        const asked: [string, string | null][] = [];
        const env = withSettings(dockerConfig({ auths: { [key]: { auth } } }), {
            fetch: (url, init) => {
                const authorization = new Headers(init?.headers).get("authorization");
                asked.push([url as string, authorization]);
                const answer =
                    asked.length === 1 ? { status: 401, headers: { "www-authenticate": "Basic" } } : { status: 404 };
                return Promise.resolve(new Response(null, answer));
            },
        });
        await failureOf(resolve(imageSource("redis:7"), env));
        const url = "https://registry-1.docker.io/v2/library/redis/manifests/7";
        expect(asked).toEqual([
            [url, null],
            [url, `Basic ${auth}`],
        ]);
    }
});

test("credentials that nobody can read are an error that names the file", async () => {
    const registry = await registryOf(images, { auth: "basic" });
    const dockerDirectory = temporaryDirectory();
    mkdirSync(path.join(dockerDirectory, "config.json"));
    const failure = await failureOf(resolve(helloOf(registry), withSettings({ dockerDirectory })));
    expect(failure).toMatchObject({ code: "RegistryDenied" });
    expect(failure.message).toContain(path.join(dockerDirectory, "config.json"));
});

test("any config.json gives credentials, none, or an error that holds nothing of it", async () => {
    const { dockerDirectory } = dockerConfig({});
    const settings = { mirrors: {}, certificateDirectories: [], environment: {}, dockerDirectory };
    const entry = fc.record(
        { auth: fc.oneof(fc.base64String(), fc.jsonValue()), identitytoken: fc.jsonValue() },
        { requiredKeys: [] },
    );
    const auths = fc.dictionary(
        fc.constantFrom("a.example", "https://a.example/v1/", "__proto__"),
        fc.oneof(entry, fc.jsonValue()),
    );
    const config = fc.oneof(fc.record({ auths }), fc.jsonValue(), fc.record({ auths, credHelpers: fc.jsonValue() }));
    await fc.assert(
        fc.asyncProperty(config, fc.nat(20), async (value, cut) => {
            const text = JSON.stringify(value);
            writeFileSync(path.join(dockerDirectory, "config.json"), cut === 0 ? text.slice(1) : text);
            const code = await findCredentials("a.example", settings).then(
                () => "",
                (error: unknown) => (error as { code?: string }).code,
            );
            expect(code).toMatch(/^(|OciMalformed|RegistryCredentials)$/);
        }),
        { numRuns: 500 },
    );
});
