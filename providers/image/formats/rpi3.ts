import { LinuxKitError } from "../../../sdk/assembly/error";
import { type TarMember, writeTar } from "../archive";
import type { LoaderFiles, Payload } from "../disk";
import { raspberryFiles } from "../disk/loaders/table";
import { initrdNeeds } from "../drivers";
import { generatedDirectory } from "../tree/compose";
import { contentOf } from "../tree/content";
import type { BootableInput, Format } from "./format";
import { kernelPayload, segmentsPayload } from "./payloads";
import { generatedFile, imageMembers } from "./tree";
import { scriptPayload, uBootImage } from "./u-boot-image";

const KERNEL_ADDRESS = 0x8_0000;
const GZIP = Buffer.from([0x1f, 0x8b]);
const TREES = "dtb/broadcom";
const TREE = `${TREES}/bcm2837-rpi-3-b.dtb`;
/** Device trees that the kernel's image brings, as upstream takes them. */
const TREE_IN_IMAGE = /^boot\/(dtb\/broadcom\/bcm2837-rpi-3-b.*\.dtb)$/u;

/** 64 bits, the serial port, and U-Boot in the kernel's stead. */
const CONFIG = "arm_64bit=1\nenable_uart=1\navoid_warnings=2\nkernel=u-boot.bin\n";
/** Of the board, before the image's own: USB without power management, screen and serial port. */
const BOARD_CMDLINE = "dwc_otg.lpm_enable=0 console=tty1 console=ttyS0,115200";

/** What upstream's rpi3 is: files to unpack onto an SD card's first partition, a FAT. */
export const rpi3: Format = {
    summary: "files for the SD card of a Raspberry Pi 3: firmware, U-Boot, kernel and initrd",
    architectures: ["arm64"],
    files: { tar: ".tar" },
    isSized: false,
    namesOrigins: false,
    needsKernel: true,
    needs: initrdNeeds,
    layout: "rpi3",
    write: (input, sink) => sink.stream("tar", writeTar(members(input))),
};

async function* members(input: BootableInput): AsyncGenerator<TarMember, void, undefined> {
    const { parts, loaders } = input;
    const kernel = kernelPayload(parts);
    const trees = await deviceTrees(input);
    const script = scriptPayload(bootScript(parts.image.cmdline, trees.length > 0));
    const image = { compression: "none", address: 0, name: "" } as const;
    const compression = (await isGzip(kernel)) ? "gzip" : "none";
    const files: readonly (readonly [string, Payload])[] = [
        ["boot.scr", await uBootImage(script, { ...image, type: "script", name: "RPi3" })],
        ["kernel.uimg", await uBootImage(kernel, { ...image, type: "kernel", compression, address: KERNEL_ADDRESS })],
        ["initrd.uimg", await uBootImage(segmentsPayload(parts), { ...image, type: "ramdisk" })],
    ];
    yield* await firmware(loaders);
    yield { entry: generatedFile("config.txt", contentOf(CONFIG)) };
    yield* files.map(([path, payload]) => ({ entry: generatedFile(path, payload) }));
    yield* trees;
}

async function firmware(loaders: LoaderFiles): Promise<TarMember[]> {
    const found: TarMember[] = [];
    for (const [path, name] of Object.entries(raspberryFiles)) {
        found.push({ entry: generatedFile(path, contentOf(await loaders.read(name))) });
    }
    return found;
}

async function deviceTrees(input: BootableInput): Promise<TarMember[]> {
    const found: TarMember[] = [];
    for await (const { entry } of imageMembers(input)) {
        const path = TREE_IN_IMAGE.exec(entry.path)?.[1];
        if (path !== undefined && entry.type === "file") {
            const chunks: Buffer[] = [];
            for await (const chunk of entry.content.chunks()) {
                chunks.push(chunk);
            }
            found.push({ entry: generatedFile(path, contentOf(Buffer.concat(chunks))) });
        }
    }
    const folders = found.length === 0 ? [] : ["dtb", TREES];
    return [...folders.map((path) => ({ entry: generatedDirectory(path) })), ...found];
}

/** Without a device tree of the kernel's, the firmware's stands. */
function bootScript(cmdline: string, hasTrees: boolean): string {
    if (cmdline.includes("'")) {
        throw new LinuxKitError(
            "Rpi3Cmdline",
            `the kernel's command line ${cmdline} has a ', which U-Boot ends a text at`,
            {
                cmdline,
            },
        );
    }
    const address = hasTrees ? "${fdt_addr_r}" : "${fdt_addr}";
    return [
        `setenv bootargs '${[BOARD_CMDLINE, cmdline].join(" ").trim()}'`,
        "fatload mmc 0:1 ${kernel_addr_r} kernel.uimg",
        "fatload mmc 0:1 ${ramdisk_addr_r} initrd.uimg",
        ...(hasTrees ? [`fatload mmc 0:1 \${fdt_addr_r} ${TREE}`] : []),
        `bootm \${kernel_addr_r} \${ramdisk_addr_r} ${address}`,
        "",
    ].join("\n");
}

async function isGzip(payload: Payload): Promise<boolean> {
    for await (const chunk of payload.chunks()) {
        return chunk.subarray(0, GZIP.length).equals(GZIP);
    }
    return false;
}
