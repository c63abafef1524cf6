import { makeTar } from "../../image/archive/make-tar";
import { file, folder, image, link, type Sample } from "./sample";

/** Nothing but the marks by which a kernel for x86 is known. */
function vmlinuz(): Buffer {
    const bytes = Buffer.alloc(4096);
    bytes.writeUInt16LE(0xaa55, 0x1fe);
    bytes.write("HdrS", 0x202);
    return bytes;
}

export const kernelFile = vmlinuz();

/** The same for arm64: Documentation/arch/arm64/booting.rst, the magic number at 56. */
export const armKernelFile = Buffer.concat([Buffer.alloc(56), Buffer.from("ARM\x64"), Buffer.alloc(4)]);

export const kernelTar = makeTar(
    { name: "lib/", type: "5", mode: 0o755, mtime: 1_500_000_000 },
    { name: "lib/modules/", type: "5", mode: 0o755, mtime: 1_500_000_000 },
    { name: "lib/modules/6.1/", type: "5", mode: 0o755, mtime: 1_500_000_000 },
    { name: "lib/modules/6.1/modules.order", body: "kernel/one.ko\n", mtime: 1_500_000_001 },
);

/** Images that most assemblies use. */
export const commonImages: NonNullable<Sample["images"]> = {
    "made/kernel:1": image([file("kernel", kernelFile), file("kernel.tar", kernelTar)]),
    "made/init:1": image([
        folder("bin"),
        file("bin/rc.init", "#!/bin/sh\n", { mode: 0o755 }),
        folder("etc"),
        file("etc/inittab", "::sysinit:/bin/rc.init\n", { mode: 0o640, gid: 5 }),
        link("init", "bin/rc.init"),
    ]),
    "made/tool:1": image(
        [
            folder("usr"),
            folder("usr/bin", { mode: 0o711 }),
            file("usr/bin/tool", "#!/bin/sh\n", { mode: 0o755, uid: 7, gid: 8 }),
        ],
        { Entrypoint: ["/usr/bin/tool"], Cmd: ["--all"], Env: ["PATH=/usr/bin"], WorkingDir: "/usr" },
    ),
};

/** What an assembly begins with that is about something else. */
export const head = `kernel:
  image: made/kernel:1
  cmdline: console=ttyS0
init:
  - made/init:1
`;
