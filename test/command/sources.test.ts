import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";

import { declaredIn } from "../../providers/command/build/declared";
import { nameOf, yamlSources } from "../../providers/command/build/sources";

const yaml = "init: [linuxkit/init:v1]\nservices: [{ name: web, image: web:1 }]\n";
const never = new AbortController().signal;
const stdin = (): Readable => Readable.from([]);
const servers: Server[] = [];
afterEach(() => {
    servers.splice(0).forEach((server) => {
        server.closeAllConnections();
        server.close();
    });
});

async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const declared = (...files: string[]) => declaredIn(files, { fetch, signal: never, stdin, parameters: {} });

test("YAML is read from URLs, merged with other files, and named after the last", async () => {
    const url = await serve((request, response) => {
        response.end(request.url === "/a/base.yml" ? "init: [linuxkit/init:v1]\n" : `kernel: { image: "k:1" }\n`);
    });
    const { order } = await declared(`${url}/a/base.yml`, `${url}/x/os.yaml?token=hidden#x`);
    expect(nameOf(`${url}/x/os.yaml?token=hidden#x`)).toBe("os");
    expect(order).toEqual(["kernel", "init.init"]);
});

test.each([
    ["password", "--param password=..."],
    ["my password", '--param "my password=..."'],
])("a parameter %j that is missing is given by an option of the command", async (name, option) => {
    const url = await serve((_, response) =>
        response.end(`${yaml}files: [{ path: /a, contents: !param "${name}" }]\n`),
    );
    await expect(declared(url)).rejects.toThrow(`the parameter ${JSON.stringify(name)} is missing; give it: ${option}`);
});

test("a text without a declaration is refused, by its name", async () => {
    const url = await serve((_, response) => response.end("# nothing yet\n"));
    await expect(declared(url)).rejects.toThrow(`${url}/:1:1: assembly: declares nothing`);
});

test("credentials in a URL go to its host alone, and a redirect is followed", async () => {
    const seen: (string | undefined)[] = [];
    const other = await serve((request, response) => {
        seen.push(request.headers.authorization);
        response.end(yaml);
    });
    const first = await serve((request, response) => {
        seen.push(request.headers.authorization);
        response.writeHead(302, { location: `${other}/os.yml` }).end();
    });
    const sources = await yamlSources([first.replace("//", "//me:secret@")], { fetch, signal: never, stdin });
    expect(seen).toEqual([`Basic ${Buffer.from("me:secret").toString("base64")}`, undefined]);
    expect(sources).toEqual([{ name: `${first}/`, text: yaml }]);
});

test.each<[string, RequestListener, RegExp]>([
    ["is not there", (_, response) => response.writeHead(404).end("<html>"), /^http:\/\/\S+\/os\.yml answered 404\.$/],
    ["is not allowed", (_, response) => response.writeHead(403).end(), /\/os\.yml answered 403\./],
    [
        "goes round in a circle",
        (_, response) => response.writeHead(301, { location: "/os.yml" }).end(),
        /\/os\.yml sends from one place to another more than 10 times/,
    ],
    [
        "leads to another protocol",
        (_, response) => response.writeHead(301, { location: "file:///etc/passwd" }).end(),
        /\/os\.yml sends to file:\/\/\/etc\/passwd/,
    ],
    ["is endless", (_, response) => forEver(response), /\/os\.yml is larger than the 16777216 bytes/],
    ["is a page", (_, response) => response.end("<html>\n"), /http:\/\/\S+\/os\.yml:1:1: must be an assembly/],
    [
        "names folders beside it",
        (_, response) => response.end("init: ['@pkg:./init']\n"),
        /\/os\.yml:1:8: init\[0\]: @pkg:\.\/init names a folder beside the YAML, which came over the network: download it/,
    ],
])("a URL that %s is an error that names it, without its query", async (_, listener, message) => {
    const url = await serve(listener);
    const failure = await declared(`${url}/os.yml?token=hidden`).catch((error: unknown) => (error as Error).message);
    expect(failure).toMatch(message);
    expect(failure).not.toContain("hidden");
});

function forEver(response: Parameters<RequestListener>[1]): void {
    const chunk = Buffer.alloc(1 << 20, "#");
    const more = (): void => {
        while (!response.destroyed && response.write(chunk));
    };
    response.on("drain", more);
    more();
}

test.each([
    ["ftp://me:secret@example.org/os.yml", "ftp://example.org/os.yml"],
    ["file:///etc/os.yml", "file:///etc/os.yml"],
])("%s is no path, and of no scheme that is read", async (given, shown) => {
    await expect(declared(given)).rejects.toThrow(`${shown} cannot be read: of URLs, http:// and https:// are`);
});

test("a host that nobody is at is an error that names it", async () => {
    const url = await serve(() => undefined);
    servers.splice(0).forEach((server) => server.close());
    await expect(declared(`${url}/os.yml`)).rejects.toThrow(`${url}/os.yml could not be read: `);
});

test("who calls it off waits for nothing", async () => {
    const url = await serve(() => undefined);
    const interrupt = new AbortController();
    const reading = yamlSources([url], { fetch, signal: interrupt.signal, stdin });
    interrupt.abort(new Error("called off"));
    await expect(reading).rejects.toThrow("called off");
});

test("a module is one of this machine", async () => {
    const url = await serve((_, response) => response.end("module.exports = {}"));
    await expect(declared(`${url}/os.js`)).rejects.toThrow(`${url}/os.js:1:1: must be an assembly`);
});

test.each([
    ["os.yml", "os"],
    ["a/b.c.yaml", "b.c"],
    ["-", "linuxkit"],
    ["https://example.org/a/redis-os.yml?raw=1", "redis-os"],
    ["https://example.org/", "linuxkit"],
    ["https://example.org/a%20b.yml", "a b"],
    ["https://example.org/..%2F..%2Fetc%2Fx.yml", "x"],
    ["https://example.org/%ff.yml", "%ff"],
])("what is built from %s is called %s", (file, name) => {
    expect(nameOf(file)).toBe(name);
});
