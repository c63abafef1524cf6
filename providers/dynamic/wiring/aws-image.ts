import { type ImageDeclaration, plannedImage } from "../../artifact/declaration";
import { readResolution, recordResolution } from "../../artifact/recorded";
import { type DiskSource, hostImageEnvironment, imageHandler } from "../../aws";
import { digestOfRequest, type FormatRequest, resolveLoaders, withDisk } from "../../image/formats";
import type { Handler } from "../../lifecycle/handler";
import { engineNote, engineProgress } from "../engine-log";
import { engine } from "./engine";
import { buildEnvironment } from "./environment";

export async function awsImage(): Promise<Handler> {
    return imageHandler(
        await hostImageEnvironment({ disks, engine: engine(), progress: engineProgress(), note: engineNote() }),
    );
}

type Disk = Parameters<DiskSource["read"]>[0];

const disks: DiskSource = {
    async resolve(disk, recorded) {
        const request = requestOf(disk);
        const environment = await environmentOf(disk);
        const previous = recorded === undefined ? undefined : readResolution(recorded);
        const loaders = await resolveLoaders(request, previous, environment);
        return loaders === undefined
            ? { digest: digestOfRequest(request) }
            : { digest: digestOfRequest({ ...request, loaders }), loaders: recordResolution(loaders) };
    },
    async read(disk, use) {
        const resolved = disk.loaders === undefined ? undefined : readResolution(disk.loaders);
        const loaders = resolved?.type === "debian" ? { loaders: resolved } : {};
        return withDisk({ ...requestOf(disk), ...loaders }, await environmentOf(disk), use);
    },
};

function requestOf({ image, format, sizeBytes }: Disk): FormatRequest {
    const plan = plannedImage(declarationOf(image));
    return { plan, format, spdx: false, ...(sizeBytes === undefined ? {} : { sizeBytes }) };
}

function environmentOf({ image }: Disk): ReturnType<typeof buildEnvironment> {
    return buildEnvironment(declarationOf(image).mirrors);
}

function declarationOf(image: Disk["image"]): ImageDeclaration {
    return image as unknown as ImageDeclaration;
}
