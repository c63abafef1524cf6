import { writeTar } from "../archive";
import { contentOf } from "../tree/content";
import type { Format, FormatInput } from "./format";
import { joined, kernelPayload, segmentPayload } from "./payloads";
import { generatedFile } from "./tree";

const common = { architectures: ["amd64", "arm64"], isSized: false, namesOrigins: false } as const;

export const kernelInitrd: Format = {
    ...common,
    summary: "kernel, initrd and command line, a file each",
    files: { kernel: "-kernel", initrd: "-initrd.img", cmdline: "-cmdline" },
    async write(input, sink) {
        const { kernel, initrd, cmdline } = bootParts(input);
        await sink.stream("kernel", kernel.chunks());
        await sink.stream("initrd", initrd.chunks());
        await sink.stream("cmdline", chunksOf(cmdline));
    },
};

export const tarKernelInitrd: Format = {
    ...common,
    summary: "kernel, initrd and command line in one tar",
    files: { tar: "-initrd.tar" },
    write(input, sink) {
        const { kernel, initrd, cmdline } = bootParts(input);
        const entries = [
            generatedFile("kernel", kernel),
            generatedFile("initrd.img", initrd),
            generatedFile("cmdline", contentOf(cmdline)),
        ];
        return sink.stream("tar", writeTar(entries.map((entry) => ({ entry }))));
    },
};

function bootParts({ parts }: FormatInput) {
    return {
        kernel: kernelPayload(parts),
        initrd: joined(parts.segments.map(segmentPayload)),
        cmdline: parts.image.cmdline,
    };
}

export async function* chunksOf(text: string): AsyncGenerator<Buffer, void, undefined> {
    yield Buffer.from(text);
}
