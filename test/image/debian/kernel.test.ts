import { gzipSync, zstdCompressSync } from "node:zlib";
import { type DebianKernel, debianKernel, resolveDebian } from "../../../providers/image/debian";
import { readModuleInfo } from "../../../providers/image/debian/modinfo";
import type { DebianSource } from "../../../sdk/assembly/spec";
import { collect } from "../codec/collect";
import type { TarMember } from "../archive/make-tar";
import { fakeEnvironment, fakeSource, removeTemporaryDirectories } from "./support/environment";
import { type FakeArchive, startArchive, trixie } from "./support/fake-archive";
import { makeModule } from "./support/make-module";
import { readTree } from "./support/read-tree";
import { trustedKeys } from "./support/trusted-keys";

jest.mock(
    "../../../providers/image/debian/data/archive-keys",
    () => jest.requireActual("./support/trusted-keys").trustedKeys,
);
jest.setTimeout(60_000);

const VERSION = "6.12.0-test";
const ROOT = `usr/lib/modules/${VERSION}`;

let archive: FakeArchive;

beforeAll(async () => {
    archive = await startArchive([]);
    trustedKeys.ARCHIVE_KEYS = archive.key;
});

afterAll(async () => {
    await archive.close();
    removeTemporaryDirectories();
});

function vmlinuz(magic: "HdrS" | "ARMd" | "none"): Buffer {
    const image = Buffer.alloc(4096);
    image.write(magic, magic === "HdrS" ? 0x202 : 0x38, "latin1");
    return image;
}

const MODULES: Readonly<Record<string, Buffer>> = {
    "fs/overlayfs/overlay.ko": makeModule(["name=overlay", "alias=fs-overlay", "depends="]),
    "drivers/net/virtio_net.ko.gz": gzipSync(makeModule(["depends=net_failover", "alias=virtio:d00000001v*"])),
    "drivers/net/net_failover.ko.zst": zstdCompressSync(makeModule(["depends=failover"])),
    "net/core/failover.ko": makeModule(["depends="]),
    "drivers/char/hw_random/virtio-rng.ko": makeModule(["depends=", "alias=virtio:d00000004v*"]),
    "fs/btrfs/btrfs.ko": makeModule([
        "depends=xor,raid6_pq",
        "softdep=pre: crc32c-generic post: other",
        "alias=fs-btrfs",
    ]),
    "crypto/xor.ko": makeModule(["depends=raid6_pq"]),
    "lib/raid6_pq.ko": makeModule([]),
    "crypto/crc32c-generic.ko": makeModule([]),
    "drivers/net/ethernet/amazon/ena/ena.ko": makeModule(["depends=", "alias=pci:v00001D0Fd0000EC20*"]),
    "drivers/never.ko": makeModule(["depends="]),
};

function kernelFiles(image: Buffer, modules: Readonly<Record<string, Buffer>>): TarMember[] {
    return [
        { name: `./boot/vmlinuz-${VERSION}`, body: image },
        {
            name: `./boot/config-${VERSION}`,
            body: "# CONFIG_X is not set\nCONFIG_RD_ZSTD=y\nCONFIG_RD_GZIP=y\nCONFIG_HZ=250\n",
        },
        { name: `./${ROOT}/modules.builtin`, body: "kernel/fs/ext4/ext4.ko\nkernel/drivers/nvme/host/nvme.ko\n" },
        ...Object.entries(modules).map(([path, body]) => ({ name: `./${ROOT}/kernel/${path}`, body })),
    ];
}

async function open(
    changes: Partial<DebianSource>,
    image = vmlinuz("HdrS"),
    modules = MODULES,
    architecture: "amd64" | "arm64" = "amd64",
): Promise<DebianKernel> {
    const name = "linux-image-test";
    await archive.publish([
        { suite: "trixie", packages: [{ name, version: "6.12", files: kernelFiles(image, modules) }], architecture },
    ]);
    await archive.publish(
        trixie([])
            .slice(1)
            .map((suite) => ({ ...suite, architecture })),
    );
    const source = fakeSource(archive, [name], { role: "kernel", families: [], modules: [], ...changes });
    const env = fakeEnvironment();
    return debianKernel(source, await resolveDebian(source, architecture, undefined, env), architecture, env);
}

async function modulesOf(kernel: DebianKernel): Promise<Record<string, string>> {
    const nodes = await readTree(kernel.modules);
    const files = nodes.filter((node) => node.type === "file");
    return Object.fromEntries(files.map((node) => [node.path.slice(ROOT.length + 1), node.text ?? ""]));
}

function names(files: Readonly<Record<string, string>>): string[] {
    return Object.keys(files)
        .filter((path) => path.endsWith(".ko"))
        .map((path) => path.slice(path.lastIndexOf("/") + 1, -3))
        .toSorted();
}

describe("debianKernel", () => {
    it("gives version, image and configuration", async () => {
        const kernel = await open({});
        expect(kernel.version).toBe(VERSION);
        expect((await collect(kernel.vmlinuz.chunks())).equals(vmlinuz("HdrS"))).toBe(true);
        expect(kernel.config.options).toMatchObject({ RD_ZSTD: "y", RD_GZIP: "y", HZ: "250" });
    });

    it("keeps what the families need and all that depends on, unpacked", async () => {
        const files = await modulesOf(await open({ families: ["qemu"] }));
        expect(names(files)).toEqual(["failover", "net_failover", "overlay", "virtio-rng", "virtio_net"]);
        expect(files["kernel/drivers/net/virtio_net.ko"]).toContain("depends=net_failover");
        expect(names(await modulesOf(await open({ families: ["aws"] })))).toEqual(["ena", "overlay"]);
        expect(names(await modulesOf(await open({})))).toEqual(["overlay"]);
    });

    it("keeps single modules by either spelling, with soft dependencies that come before them", async () => {
        const files = await modulesOf(await open({ modules: ["btrfs", "virtio_rng"] }));
        expect(names(files)).toEqual(["btrfs", "crc32c-generic", "overlay", "raid6_pq", "virtio-rng", "xor"]);
        expect(files["modules.softdep"]).toBe("softdep btrfs pre: crc32c-generic post: other\n");
    });

    it("makes modprobe's indexes anew for what is kept", async () => {
        const files = await modulesOf(await open({ families: ["qemu"], modules: ["btrfs"] }));
        expect(files["modules.dep"]?.split("\n")).toEqual([
            "kernel/crypto/crc32c-generic.ko:",
            "kernel/crypto/xor.ko: kernel/lib/raid6_pq.ko",
            "kernel/drivers/char/hw_random/virtio-rng.ko:",
            "kernel/drivers/net/net_failover.ko: kernel/net/core/failover.ko",
            "kernel/drivers/net/virtio_net.ko: kernel/drivers/net/net_failover.ko kernel/net/core/failover.ko",
            "kernel/fs/btrfs/btrfs.ko: kernel/crypto/xor.ko kernel/lib/raid6_pq.ko",
            "kernel/fs/overlayfs/overlay.ko:",
            "kernel/lib/raid6_pq.ko:",
            "kernel/net/core/failover.ko:",
            "",
        ]);
        expect(files["modules.alias"]).toContain("alias virtio:d00000001v* virtio_net\n");
        expect(files["modules.alias"]).toContain("alias virtio:d00000004v* virtio_rng\n");
        expect(files["modules.alias"]).not.toContain("ena");
        expect(files["modules.builtin"]).toContain("nvme.ko");
    });

    it("brings the folders before what is in them", async () => {
        const nodes = await readTree((await open({ families: ["qemu"] })).modules);
        const paths = nodes.map((node) => node.path);
        expect(paths.slice(0, 4)).toEqual(["usr", "usr/lib", "usr/lib/modules", ROOT]);
        expect(new Set(paths).size).toBe(paths.length);
    });

    it("names the families there are", async () => {
        await expect(open({ families: ["quemu"] })).rejects.toMatchObject({
            code: "DebianFamily",
            message: 'There is no machine family "quemu": the families are qemu, aws, gcp, azure.',
        });
    });

    it("names the modules nearest to one there is not", async () => {
        await expect(open({ modules: ["virtio_nett"] })).rejects.toMatchObject({
            code: "DebianModule",
            message: expect.stringMatching(/no module "virtio_nett". Did you mean virtio_net,/),
        });
    });

    it("takes a module that is built in as there", async () => {
        expect(names(await modulesOf(await open({ modules: ["nvme"] })))).toEqual(["overlay"]);
    });

    it("names a module that cannot be read", async () => {
        const broken = { ...MODULES, "fs/overlayfs/overlay.ko": Buffer.from("no module") };
        await expect(open({}, vmlinuz("HdrS"), broken)).rejects.toMatchObject({
            code: "DebianModule",
            fields: { path: "kernel/fs/overlayfs/overlay.ko" },
        });
    });

    it("takes an image of the architecture only", async () => {
        expect((await open({}, vmlinuz("ARMd"), MODULES, "arm64")).version).toBe(VERSION);
        await expect(open({}, vmlinuz("ARMd"))).rejects.toMatchObject({ code: "DebianKernel" });
        await expect(open({}, vmlinuz("none"), MODULES, "arm64")).rejects.toMatchObject({ code: "DebianKernel" });
    });

    it("says that packages hold no kernel", async () => {
        await archive.publish(trixie([{ name: "server", version: "1" }]));
        const source = fakeSource(archive, ["server"], { role: "kernel" });
        const env = fakeEnvironment();
        const resolved = await resolveDebian(source, "amd64", undefined, env);
        await expect(debianKernel(source, resolved, "amd64", env)).rejects.toThrow(/server holds a kernel.*vmlinuz/);
    });
});

describe("readModuleInfo", () => {
    it("bounds what it reads by the module", () => {
        const module = makeModule(["depends=a,b"]);
        expect(readModuleInfo(module, "x").depends).toEqual(["a", "b"]);
        // The last header's last fields are of no interest.
        for (let length = 0; length < module.length - 24; length += 7) {
            expect(() => readModuleInfo(module.subarray(0, length), "x.ko")).toThrow("x.ko cannot be read");
        }
    });
});
