import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findMirrors, mirrorsFor } from "../../../providers/image/debian/mirrors";
import { removeTemporaryDirectories, temporaryDirectory } from "./support/environment";

afterAll(removeTemporaryDirectories);

const DEB822 = `
Types: deb deb-src
URIs: http://mirror.example/debian/
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://security.example/debian-security
Suites: bookworm-security
Components: main
`;

function aptDirectory(files: Readonly<Record<string, string>>): string {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, "sources.list.d"));
    Object.entries(files).forEach(([name, text]) => writeFileSync(join(directory, name), text));
    return directory;
}

function mirrorsOf(files: Readonly<Record<string, string>>) {
    return findMirrors({ environment: {}, aptDirectory: aptDirectory(files) });
}

describe("findMirrors", () => {
    it("prefers configuration to the environment to apt", async () => {
        const places = {
            configured: { main: "http://configured.example/debian" },
            environment: { PULUMI_LINUXKIT_DEBIAN_MIRROR: "http://environment.example/debian/" },
            aptDirectory: aptDirectory({ "sources.list.d/debian.sources": DEB822 }),
        };
        expect(await findMirrors(places)).toEqual({ main: "http://configured.example/debian" });
        const { configured: _, ...without } = places;
        expect(await findMirrors(without)).toEqual({ main: "http://environment.example/debian" });
        expect(await findMirrors({ ...without, environment: {} })).toEqual({
            main: "http://mirror.example/debian",
            security: "http://security.example/debian-security",
        });
    });

    it("takes the security mirror from its own variable", async () => {
        const environment = {
            PULUMI_LINUXKIT_DEBIAN_MIRROR: "http://a.example/debian",
            PULUMI_LINUXKIT_DEBIAN_SECURITY_MIRROR: "http://b.example/updates",
        };
        expect(await findMirrors({ environment, aptDirectory: "/nowhere" })).toEqual({
            main: "http://a.example/debian",
            security: "http://b.example/updates",
        });
    });

    it("reads one-line sources with options and comments", async () => {
        const text = [
            "# deb http://old.example/debian trixie main",
            "deb-src http://source.example/debian trixie main",
            "deb [arch=amd64 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://own.example/mirror trixie main # ours",
            "deb http://own.example/debian-security trixie-security main",
        ];
        expect(await mirrorsOf({ "sources.list": text.join("\n") })).toEqual({
            main: "http://own.example/mirror",
            security: "http://own.example/debian-security",
        });
    });

    it("follows a list of mirrors", async () => {
        const directory = aptDirectory({
            "mirrors.list": "http://first.example/debian\nhttp://second.example/debian\n",
        });
        const text = `deb mirror+file:${directory}/mirrors.list trixie main\n`;
        writeFileSync(join(directory, "sources.list"), text);
        const source = await findMirrors({ environment: {}, aptDirectory: directory });
        expect(source).toEqual({ main: "http://first.example/debian" });
    });

    it.each([
        ["Ubuntu's", "deb http://archive.example/ubuntu noble main universe"],
        ["another project's below Debian's name", "deb http://download.example/linux/debian bookworm stable"],
        ["another project's with Debian's codename", "deb http://apt.example/pub/repos/apt bookworm main"],
        ["a derivative's suite", "deb http://apt.example/debian bookworm-pgdg main"],
        ["a medium", "deb cdrom:[Debian]/ bookworm main"],
    ])("does not take %s sources for Debian's", async (_, line) => {
        expect(await mirrorsOf({ "sources.list": line })).toEqual({});
    });

    it("passes over sources that are switched off or not binary", async () => {
        expect(
            await mirrorsOf({ "sources.list.d/a.sources": DEB822.replaceAll("Types: deb", "Enabled: no\nTypes: deb") }),
        ).toEqual({});
        expect(await mirrorsOf({ "sources.list.d/a.sources.disabled": DEB822 })).toEqual({});
        expect(await mirrorsOf({ "sources.list": "deb-src http://mirror.example/debian trixie main" })).toEqual({});
    });
});

describe("mirrorsFor", () => {
    const env = { mirrors: { main: "http://outside.example/debian", security: "http://outside.example/other" } };

    it("prefers the declaration's own", () => {
        const own = { mirror: "http://own.example/debian/", securityMirror: "http://own.example/s/" };
        expect(mirrorsFor(own, env)).toEqual({ main: "http://own.example/debian", security: "http://own.example/s" });
    });

    it("derives the security mirror from a main mirror that ends in /debian", () => {
        expect(mirrorsFor({ mirror: "http://own.example/debian" }, env).security).toBe(
            "http://own.example/debian-security",
        );
        expect(mirrorsFor({}, { mirrors: { main: "http://a.example/debian" } }).security).toBe(
            "http://a.example/debian-security",
        );
        expect(mirrorsFor({}, { mirrors: { main: "http://a.example/mirror" } }).security).toBeUndefined();
    });

    it("takes the configured security mirror with the configured mirror", () => {
        expect(mirrorsFor({}, env).security).toBe("http://outside.example/other");
    });

    it("names every place where there is none", () => {
        expect(() => mirrorsFor({}, { mirrors: {} })).toThrow(
            /argument "mirror".*pulumi config.*PULUMI_LINUXKIT_DEBIAN_MIRROR.*apt sources/,
        );
    });
});
