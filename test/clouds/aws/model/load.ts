import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { ServiceModel } from "./shapes.ts";

export const SERVICES = ["ec2", "ebs", "s3", "sts"] as const;
export type ServiceName = (typeof SERVICES)[number];
export type Models = Readonly<Record<ServiceName, ServiceModel>>;

/**
 * Reads the models of a botocore that is installed in a virtual environment.
 * @throws Error that names the folder where there is none
 */
export function loadModels(environment: string): Models {
    const data = dataFolder(environment);
    return Object.fromEntries(SERVICES.map((service) => [service, loadModel(join(data, service))])) as Models;
}

function dataFolder(environment: string): string {
    const libraries = join(environment, "lib");
    const found = existsSync(libraries)
        ? readdirSync(libraries).map((python) => join(libraries, python, "site-packages", "botocore", "data"))
        : [];
    const data = found.find((folder) => existsSync(folder));
    if (data === undefined) {
        throw new Error(`${environment} is no virtual environment with botocore in it`);
    }
    return data;
}

/** Of the newest version of the service's interface. */
function loadModel(folder: string): ServiceModel {
    const newest = readdirSync(folder).toSorted().at(-1)!;
    const file = join(folder, newest, "service-2.json");
    const text = existsSync(file) ? readFileSync(file) : gunzipSync(readFileSync(`${file}.gz`));
    return JSON.parse(text.toString("utf8")) as ServiceModel;
}
