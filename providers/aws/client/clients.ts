import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type * as ebsModule from "@aws-sdk/client-ebs";
import type * as ec2Module from "@aws-sdk/client-ec2";
import type * as s3Module from "@aws-sdk/client-s3";
import type * as stsModule from "@aws-sdk/client-sts";
import type { AssumedRole, Connection } from "./connection";

export interface Clients {
    readonly ec2: ec2Module.EC2;
    readonly ebs: ebsModule.EBS;
    readonly sts: stsModule.STS;
    /** Loaded when it is called first: few need it. */
    readonly s3: () => s3Module.S3;
}

/** As many blocks of a snapshot are under way at once; Amazon's own uploader settled there. */
export const socketLimit = 64;

/** From outside AWS some puts are never answered. */
const answerMilliseconds = 12_000;

/** EC2 takes longer for some calls: to deregister an image with its snapshots, for one. */
const patientMilliseconds = 60_000;

const sts = (): typeof stsModule => require("@aws-sdk/client-sts") as typeof stsModule;

/** Clients of a region; each is loaded when it is made, and kept for the connection. */
export function openClients(connection: Connection, region: string): Clients {
    const { ec2, ebs, s3, sts: stsEndpoint } = connection.endpoints ?? {};
    const shared = { ...settings(connection, region), ...credentialsOf(connection, region) };
    const { EC2 } = require("@aws-sdk/client-ec2") as typeof ec2Module;
    const { EBS } = require("@aws-sdk/client-ebs") as typeof ebsModule;
    return {
        ec2: new EC2({
            ...shared,
            ...at(ec2),
            requestHandler: handler(patientMilliseconds),
            maxAttempts: 8,
            retryMode: "adaptive",
        }),
        ebs: new EBS({
            ...shared,
            ...at(ebs),
            requestHandler: handler(answerMilliseconds),
            maxAttempts: 8,
            retryMode: "adaptive",
        }),
        sts: new (sts().STS)({ ...shared, ...at(stsEndpoint), requestHandler: handler(answerMilliseconds) }),
        s3: once(() => openS3({ ...shared, ...at(s3) })),
    };
}

/** An endpoint of one's own is one host for all buckets. */
function openS3(config: s3Module.S3ClientConfig): s3Module.S3 {
    const { S3 } = require("@aws-sdk/client-s3") as typeof s3Module;
    const forcePathStyle = config.endpoint !== undefined || process.env["AWS_ENDPOINT_URL"] !== undefined;
    return new S3({ ...config, forcePathStyle, requestHandler: handler(patientMilliseconds), maxAttempts: 5 });
}

function once<T>(make: () => T): () => T {
    let made: T | undefined;
    return () => (made ??= make());
}

/** The region that the SDK's own chain gives: AWS_REGION, the profile; undefined where nothing does. */
export async function defaultRegion({ profile }: Connection): Promise<string | undefined> {
    const { STSClient } = sts();
    const client = new STSClient(profile === undefined ? {} : { profile });
    try {
        return await client.config.region();
    } catch {
        return undefined;
    } finally {
        client.destroy();
    }
}

const at = (endpoint: string | undefined): { endpoint?: string } => (endpoint === undefined ? {} : { endpoint });

function settings({ profile }: Connection, region: string): { region: string; profile?: string } {
    return { region, ...(profile === undefined ? {} : { profile }) };
}

function handler(requestTimeout: number): object {
    const agent = { keepAlive: true, maxSockets: socketLimit };
    return {
        connectionTimeout: 5000,
        requestTimeout,
        throwOnRequestTimeout: true,
        socketTimeout: requestTimeout,
        httpAgent: new HttpAgent(agent),
        httpsAgent: new HttpsAgent(agent),
    };
}

interface Credentials {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
    readonly expiration?: Date;
}

type Source = { credentials?: () => Promise<Credentials> };

/** Those of the last role; nothing where the SDK's chain is asked itself. */
function credentialsOf(connection: Connection, region: string): Source {
    return (connection.assumeRoles ?? []).reduce<Source>(
        (source, role) => ({ credentials: () => assume(role, source, connection, region) }),
        {},
    );
}

async function assume(role: AssumedRole, source: Source, connection: Connection, region: string): Promise<Credentials> {
    const client = new (sts().STS)({
        ...settings(connection, region),
        ...source,
        ...at(connection.endpoints?.sts),
        requestHandler: handler(answerMilliseconds),
    });
    try {
        const { Credentials: given } = await client.assumeRole({
            RoleArn: role.roleArn,
            RoleSessionName: role.sessionName ?? "pulumi-linuxkit",
            ...(role.externalId === undefined ? {} : { ExternalId: role.externalId }),
            ...(role.durationSeconds === undefined ? {} : { DurationSeconds: role.durationSeconds }),
        });
        return {
            accessKeyId: given?.AccessKeyId ?? "",
            secretAccessKey: given?.SecretAccessKey ?? "",
            ...(given?.SessionToken === undefined ? {} : { sessionToken: given.SessionToken }),
            ...(given?.Expiration === undefined ? {} : { expiration: given.Expiration }),
        };
    } finally {
        client.destroy();
    }
}
