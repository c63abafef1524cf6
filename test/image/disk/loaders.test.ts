import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

import { resolveDebian } from "../../../providers/image/debian";
import { loaderPackages, openLoaders } from "../../../providers/image/disk";
import { syslinuxImages } from "../../../providers/image/disk/syslinux/installer";
import { fakeEnvironment, fakeSource, removeTemporaryDirectories } from "../debian/support/environment";
import { type FakeArchive, startArchive, trixie } from "../debian/support/fake-archive";
import { trustedKeys } from "../debian/support/trusted-keys";
import { CORE_BYTES, fakeLoaders } from "./support/input";

jest.mock(
    "../../../providers/image/debian/data/archive-keys",
    () => jest.requireActual("../debian/support/trusted-keys").trustedKeys,
);

const MBR = "usr/lib/syslinux/mbr/mbr.bin";
const depends = { fields: { Depends: "mtools" } };
const packages = [
    { name: "syslinux", version: "1", ...depends, files: [{ name: "./usr/bin/syslinux", body: "the installer" }] },
    { name: "syslinux-common", version: "1", files: [{ name: `./${MBR}`, body: "the record" }] },
    { name: "mtools", version: "1" },
];

let archive: FakeArchive;
beforeAll(async () => {
    archive = await startArchive([]);
    trustedKeys.ARCHIVE_KEYS = archive.key;
});
afterAll(async () => {
    await archive.close();
    removeTemporaryDirectories();
});

async function published(changed = packages) {
    await archive.publish(trixie(changed));
    const env = fakeEnvironment();
    const source = fakeSource(archive, loaderPackages("raw-bios", "amd64"));
    const resolved = await resolveDebian(source, "amd64", undefined, env);
    archive.requests.splice(0);
    const opened = () => openLoaders("raw-bios", "amd64", source, resolved, env);
    const fetched = () => archive.requests.map((request) => request.path);
    return { env, opened, fetched };
}

describe("openLoaders", () => {
    it("reads files out of the resolved packages, and nothing that these depend on", async () => {
        const { opened, fetched } = await published();
        const loaders = opened();
        expect(fetched()).toEqual([]);
        expect((await loaders.read(`syslinux-common/${MBR}`)).toString()).toBe("the record");
        expect((await loaders.read("syslinux/usr/bin/syslinux")).toString()).toBe("the installer");
        expect(fetched()).toEqual(["pool/syslinux-common_1_amd64.deb", "pool/syslinux_1_amd64.deb"]);
    });

    it("needs no package again once it is unpacked, unless what it keeps is damaged", async () => {
        const { env, opened, fetched } = await published();
        const read = async () => (await opened().read(`syslinux-common/${MBR}`)).toString();
        await read();
        rmSync(path.join(env.storeDirectory, "blobs"), { recursive: true });
        expect(await read()).toBe("the record");
        expect(fetched().length).toBe(1);
        const folder = path.join(env.storeDirectory, "loaders");
        const [file = ""] = readdirSync(folder);
        const bytes = readFileSync(path.join(folder, file));
        bytes.write("The");
        writeFileSync(path.join(folder, file), bytes);
        expect(await read()).toBe("the record");
        expect(fetched().length).toBe(2);
    });

    it("names a file that its package lacks", async () => {
        const empty = packages.map((each) => (each.name === "syslinux-common" ? { ...each, files: [] } : each));
        const { opened } = await published(empty);
        await expect(opened().read(`syslinux-common/${MBR}`)).rejects.toThrow(
            `/${MBR} of syslinux-common 1 cannot be read: the package does not hold it.`,
        );
    });

    it("names a package that was not resolved", async () => {
        const { env } = await published();
        const source = fakeSource(archive, ["mtools"]);
        const resolved = await resolveDebian(source, "amd64", undefined, env);
        const loaders = openLoaders("raw-bios", "amd64", source, resolved, env);
        await expect(loaders.read(`syslinux-common/${MBR}`)).rejects.toThrow(/syslinux-common.*not among the resolved/);
    });
});

it.each([
    ["raw-bios", "amd64", ["syslinux", "syslinux-common"]],
    ["raw-efi", "amd64", ["systemd-boot-efi"]],
    ["raw-efi", "arm64", ["systemd-boot-efi"]],
    ["raw-hybrid", "amd64", ["syslinux", "syslinux-common", "systemd-boot-efi"]],
    ["iso-bios", "amd64", ["isolinux", "syslinux-common"]],
    ["iso-efi", "arm64", ["systemd-boot-efi"]],
    ["iso-efi-initrd", "amd64", ["grub-efi-amd64-signed"]],
    ["iso-efi-initrd", "arm64", ["grub-efi-arm64-signed"]],
] as const)("%s for %s needs %j", (format, architecture, names) => {
    expect(loaderPackages(format, architecture)).toEqual(names);
});

it("has no loader of a BIOS for arm64", () => {
    expect(() => loaderPackages("raw-hybrid", "arm64")).toThrow(/raw-hybrid .*arm64/);
});

describe("syslinux' installer", () => {
    it("gives up the boot sector, the core and its module", async () => {
        const images = syslinuxImages(await fakeLoaders().read("syslinux/usr/bin/syslinux"));
        expect([images.bootSector.length, images.core.length, images.module.length]).toEqual([512, CORE_BYTES, 1000]);
        expect(images.bootSector.toString("latin1", 3, 11)).toBe("SYSLINUX");
        expect(images.core.toString("latin1", 2, 15)).toBe("SYSLINUX 9.99");
    });

    it("is an error where it is another program", () => {
        expect(() => syslinuxImages(Buffer.alloc(100_000))).toThrow(/package syslinux does not hold/);
        expect(() => syslinuxImages(Buffer.from("\r\nSYSLINUX 6.04 of a kind"))).toThrow(
            /package syslinux does not hold/,
        );
    });
});
