import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { findCertificates } from "../../../providers/image/oci/registry/certificates";
import { findRegistries } from "../../../providers/image/oci/settings";
import { closeWorld, temporaryDirectory } from "./support/world";

afterAll(closeWorld);

test("Docker's folders are Docker's", () => {
    expect(findRegistries({ environment: { HOME: "/home/me" } })).toMatchObject({
        mirrors: {},
        dockerDirectory: "/home/me/.docker",
        certificateDirectories: ["/etc/docker/certs.d", "/home/me/.docker/certs.d"],
    });
    const elsewhere = findRegistries({ environment: { HOME: "/home/me", DOCKER_CONFIG: "/run/docker" } });
    expect(elsewhere).toMatchObject({
        dockerDirectory: "/run/docker",
        certificateDirectories: ["/etc/docker/certs.d", "/run/docker/certs.d"],
    });
});

test("mirrors come from configuration, else from the environment", () => {
    const environment = {
        PULUMI_LINUXKIT_REGISTRY_MIRRORS: "http://a.example/, https://b.example ghcr.io=https://c.example/x/",
    };
    expect(findRegistries({ environment }).mirrors).toEqual({
        "docker.io": ["http://a.example", "https://b.example"],
        "ghcr.io": ["https://c.example/x"],
    });
    const configured = "localhost:5000=https://d.example";
    expect(findRegistries({ configured, environment }).mirrors).toEqual({ "localhost:5000": ["https://d.example"] });
    expect(findRegistries({ configured: "", environment }).mirrors).toHaveProperty(["ghcr.io"]);
});

test.each([
    ["mirror.example"],
    ["ghcr.io=ftp://mirror.example"],
    ["https://user:secret@mirror.example/?token=secret"],
    ["user:secret@x"],
])("%s is no mirror", (configured) => {
    const find = () => findRegistries({ configured, environment: {} });
    expect(find).toThrow(/^linuxkit:registryMirrors: .*one has the form/);
    expect(find).toThrow(/^(?!.*secret)/);
});

describe("certificates of a host", () => {
    const directories = (files: readonly Readonly<Record<string, string>>[]) =>
        files.map((each) => {
            const directory = temporaryDirectory();
            mkdirSync(path.join(directory, "registry.example:5000"));
            for (const [name, text] of Object.entries(each)) {
                writeFileSync(path.join(directory, "registry.example:5000", name), text);
            }
            return directory;
        });
    const find = (...files: Readonly<Record<string, string>>[]) =>
        findCertificates("registry.example:5000", {
            mirrors: {},
            certificateDirectories: ["/nowhere", ...directories(files)],
            environment: {},
        });

    test("are every .crt, beside what this machine trusts", async () => {
        const found = await find({ "a.crt": "A", README: "no" }, { "b.crt": "B", "a.crt": "not this one" });
        expect(found?.ca.slice(-2)).toEqual(["A", "B"]);
        expect(found?.ca.length).toBeGreaterThan(10);
        expect(found?.cert).toBeUndefined();
    });

    test("and a pair of the client's own", async () => {
        expect(await find({ "client.cert": "C", "client.key": "K" })).toMatchObject({ cert: "C", key: "K" });
        await expect(find({ "client.cert": "C" })).rejects.toMatchObject({ code: "RegistryCertificate" });
    });

    test("are mostly none", async () => {
        expect(await find({})).toBeUndefined();
        expect(await find({ "client.key": "K" })).toBeUndefined();
    });
});
