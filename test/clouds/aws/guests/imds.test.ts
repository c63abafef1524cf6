import type { MetadataOptions } from "../world/tables.ts";
import type { ImdsAnswer } from "./imds.ts";
import { Imds } from "./imds.ts";

const TTL = "x-aws-ec2-metadata-token-ttl-seconds";
const TOKEN = "x-aws-ec2-metadata-token";

function service(options: Partial<MetadataOptions> = {}, userData?: string): Imds {
    return new Imds(() => ({
        options: { tokens: "required", endpoint: "enabled", hopLimit: 1, tags: "disabled", ...options },
        metadata: { "ami-id": "ami-1", "placement/region": "eu-central-1", "placement/availability-zone": "a" },
        identity: { region: "eu-central-1" },
        userData: userData === undefined ? undefined : Buffer.from(userData),
    }));
}

function token(imds: Imds, headers: Record<string, string> = { [TTL]: "60" }): ImdsAnswer {
    return imds.answer({ method: "PUT", path: "/latest/api/token", headers });
}

function get(imds: Imds, path: string, headers?: Record<string, string>): ImdsAnswer {
    const signed = headers ?? { [TOKEN]: String(token(imds).body) };
    return imds.answer({ method: "GET", path, headers: signed });
}

describe("the metadata service", () => {
    test("a token is given for a time, to the instance itself alone", () => {
        expect(token(service()).status).toBe(200);
        expect(token(service(), {}).status).toBe(400);
        expect(token(service(), { [TTL]: "0" }).status).toBe(400);
        expect(token(service(), { [TTL]: "21601" }).status).toBe(400);
        expect(token(service(), { [TTL]: "60", "x-forwarded-for": "10.0.0.1" }).status).toBe(403);
    });

    test("without a good token it answers where tokens are optional, with a bad one nowhere", () => {
        expect(get(service(), "/latest/meta-data/ami-id", {}).status).toBe(401);
        expect(get(service({ tokens: "optional" }), "/latest/meta-data/ami-id", {}).body).toBe("ami-1");
        expect(get(service({ tokens: "optional" }), "/latest/meta-data/ami-id", { [TOKEN]: "x" }).status).toBe(401);
        expect(get(service(), "/latest/meta-data/ami-id").body).toBe("ami-1");
    });

    test("a token ends after its time", () => {
        jest.useFakeTimers();
        const imds = service();
        const headers = { [TOKEN]: String(token(imds).body) };
        jest.advanceTimersByTime(59_000);
        expect(get(imds, "/latest/meta-data/ami-id", headers).status).toBe(200);
        jest.advanceTimersByTime(1_000);
        expect(get(imds, "/latest/meta-data/ami-id", headers).status).toBe(401);
        jest.useRealTimers();
    });

    test("switched off it answers nothing", () => {
        expect(token(service({ endpoint: "disabled" })).status).toBe(403);
    });

    test("folders are listed, and what is not there is not found", () => {
        const imds = service({}, "hello");
        expect(get(imds, "/latest/meta-data/").body).toBe("ami-id\nplacement/");
        expect(get(imds, "/latest/meta-data/placement").body).toBe("availability-zone\nregion");
        expect(get(imds, "/2021-07-15/meta-data/placement/region").body).toBe("eu-central-1");
        expect(get(imds, "/latest/meta-data/iam/info").status).toBe(404);
        expect(String(get(imds, "/latest/user-data").body)).toBe("hello");
        expect(get(service(), "/latest/user-data").status).toBe(404);
        expect(get(imds, "/latest/dynamic/instance-identity/document").body).toContain("eu-central-1");
        expect(imds.answer({ method: "POST", path: "/latest/user-data", headers: {} }).status).toBe(405);
    });
});
