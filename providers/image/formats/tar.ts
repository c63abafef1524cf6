import { type TarMember, writeTar } from "../archive";
import { spdxDocument } from "../spdx/document";
import { contentOf } from "../tree/content";
import type { Format, FormatInput } from "./format";
import { generatedFile, imageMembers } from "./tree";

/** Where LinuxKit's own init begins when there is no kernel to start /init. */
const RC_INIT = "bin/rc.init";

const common = { architectures: ["amd64", "arm64"], isSized: false, namesOrigins: true } as const;

export const tar: Format = {
    ...common,
    needsKernel: false,
    summary: "the whole image as a tar, kernel and command line in boot/",
    files: { tar: ".tar" },
    write: (input, sink) => sink.stream("tar", writeTar(withSpdx(imageMembers(input), input))),
};

export const docker: Format = {
    ...common,
    needsKernel: false,
    summary: "the same tar with a Dockerfile, for `docker build -`",
    files: { tar: ".docker" },
    write: (input, sink) => sink.stream("tar", writeTar(withSpdx(withDockerfile(imageMembers(input)), input))),
};

async function* withDockerfile(members: AsyncIterable<TarMember>): AsyncGenerator<TarMember, void, undefined> {
    let hasRcInit = false;
    for await (const member of members) {
        hasRcInit ||= member.entry.path === RC_INIT;
        yield member;
    }
    const entrypoint = JSON.stringify([hasRcInit ? `/${RC_INIT}` : "/init"]);
    const text = `\nFROM scratch\n\nCOPY . ./\n\nENTRYPOINT ${entrypoint}\n`;
    yield { entry: generatedFile("Dockerfile", contentOf(text)) };
}

async function* withSpdx(
    members: AsyncIterable<TarMember>,
    { plan, parts, spdx }: FormatInput,
): AsyncGenerator<TarMember, void, undefined> {
    yield* members;
    if (spdx) {
        const text = JSON.stringify(spdxDocument(plan, parts.image));
        yield { entry: generatedFile("sbom.spdx.json", contentOf(text)) };
    }
}
