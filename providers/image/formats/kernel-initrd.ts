import { writeTar } from "../archive";
import { joined } from "../disk/payload";
import { initrdNeeds } from "../drivers";
import { contentOf } from "../tree/content";
import type { Format } from "./format";
import { aligned, kernelPayload, segmentsPayload, ucodePayload } from "./payloads";
import { generatedFile } from "./tree";

const common = { architectures: ["amd64", "arm64"], isSized: false, namesOrigins: false } as const;

export const kernelInitrd: Format = {
    ...common,
    needsKernel: true,
    needs: initrdNeeds,
    summary: "kernel, initrd and command line, a file each",
    files: { kernel: "-kernel", initrd: "-initrd.img", cmdline: "-cmdline" },
    async write({ parts }, sink) {
        const ucode = ucodePayload(parts);
        const lead = ucode === undefined ? [] : [aligned(ucode)];
        await sink.stream("kernel", kernelPayload(parts).chunks());
        await sink.stream("initrd", joined([...lead, segmentsPayload(parts)]).chunks());
        await sink.stream("cmdline", chunksOf(parts.image.cmdline));
    },
};

export const tarKernelInitrd: Format = {
    ...common,
    needsKernel: true,
    needs: initrdNeeds,
    summary: "kernel, initrd and command line in one tar",
    files: { tar: "-initrd.tar" },
    write({ parts }, sink) {
        const ucode = ucodePayload(parts);
        const entries = [
            generatedFile("kernel", kernelPayload(parts)),
            generatedFile("initrd.img", segmentsPayload(parts)),
            generatedFile("cmdline", contentOf(parts.image.cmdline)),
            ...(ucode === undefined ? [] : [generatedFile("ucode.cpio", ucode)]),
        ];
        return sink.stream("tar", writeTar(entries.map((entry) => ({ entry }))));
    },
};

export async function* chunksOf(text: string): AsyncGenerator<Buffer, void, undefined> {
    yield Buffer.from(text);
}
