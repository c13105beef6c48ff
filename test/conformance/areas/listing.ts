import type { Area, ConformanceCase } from "../conformance-case.ts";
import { equal, Mismatch, refused } from "../expect.ts";
import type { Subject } from "../subject/subject.ts";

const source = "AWS_FACTS section 4";
const tooManyPages = 500;

interface Page {
  readonly names: readonly (string | undefined)[];
  readonly next: string | undefined;
}

/** Makes `count` of what is listed, and lists a page of it by twos. */
interface Listing {
  readonly operation: string;
  readonly make: (subject: Subject) => Promise<string>;
  readonly list: (subject: Subject, next: string | undefined) => Promise<Page>;
}

const size = { pageSize: 2 } as const;
const results = { maxResults: 2 } as const;

const listings: readonly Listing[] = [
  {
    operation: "ListCertificates",
    make: async (subject) => (await subject.device({ bare: true })).id,
    list: async ({ iot }, marker) => {
      // The newest first, so that an account with many needs no more pages.
      const page = await iot.listCertificates({ ...size, marker, ascendingOrder: false });
      return {
        names: page.certificates?.map((each) => each.certificateId) ?? [],
        next: page.nextMarker,
      };
    },
  },
  {
    operation: "ListCACertificates",
    make: async (subject) => (await subject.registerCa()).id,
    list: async ({ iot }, marker) => {
      const page = await iot.listCACertificates({ ...size, marker, ascendingOrder: false });
      return {
        names: page.certificates?.map((each) => each.certificateId) ?? [],
        next: page.nextMarker,
      };
    },
  },
  {
    operation: "ListPolicies",
    make: (subject) =>
      subject
        .device({ bare: true })
        .then(({ arn }) => subject.attachPolicy(arn, { Action: "iot:Connect", Resource: "*" })),
    list: async ({ iot }, marker) => {
      const page = await iot.listPolicies({ ...size, marker });
      return { names: page.policies?.map((each) => each.policyName) ?? [], next: page.nextMarker };
    },
  },
  {
    operation: "ListThings",
    make: (subject) => subject.thing(),
    list: async ({ iot }, nextToken) => {
      const page = await iot.listThings({ ...results, nextToken });
      return { names: page.things?.map((each) => each.thingName) ?? [], next: page.nextToken };
    },
  },
  {
    operation: "ListThingTypes",
    make: async ({ iot, name }) => {
      const thingTypeName = name("type");
      await iot.createThingType({ thingTypeName });
      return thingTypeName;
    },
    list: async ({ iot }, nextToken) => {
      const page = await iot.listThingTypes({ ...results, nextToken });
      return {
        names: page.thingTypes?.map((each) => each.thingTypeName) ?? [],
        next: page.nextToken,
      };
    },
  },
  {
    operation: "ListThingGroups",
    make: async ({ iot, name }) => {
      const thingGroupName = name("group");
      await iot.createThingGroup({ thingGroupName });
      return thingGroupName;
    },
    list: async ({ iot }, nextToken) => {
      const page = await iot.listThingGroups({ ...results, nextToken });
      return { names: page.thingGroups?.map((each) => each.groupName) ?? [], next: page.nextToken };
    },
  },
];

/** Walks until all wanted were seen; other cases make more meanwhile. */
async function walk(subject: Subject, { list }: Listing, wanted: readonly string[]) {
  const seen: string[] = [];
  let next: string | undefined;
  for (let pages = 0; pages < tooManyPages; pages += 1) {
    const page = await list(subject, next);
    if (page.names.length > 2) throw new Mismatch("at most 2 of a page", page.names.length);
    seen.push(
      ...page.names.filter((name) => name !== undefined && wanted.includes(name)).map(String),
    );
    next = page.next;
    if (next === undefined) return seen;
  }
  throw new Mismatch("a last page", `more than ${tooManyPages} pages`);
}

const toWalkCase = (listing: Listing): ConformanceCase => ({
  id: `listing/walk/${listing.operation}`,
  title: `${listing.operation} tells all, each once, over pages of two`,
  source,
  confidence: "model",
  run: async (subject) => {
    const made: string[] = [];
    for (let count = 0; count < 5; count += 1) made.push(await listing.make(subject));
    equal((await walk(subject, listing, made)).toSorted(), made.toSorted());
  },
});

export const listing: Area = {
  name: "listing",
  cases: [
    ...listings.map(toWalkCase),
    {
      id: "listing/by-ca/only-its-own",
      title: "ListCertificatesByCA tells the certificates of one CA, over pages",
      source,
      confidence: "model",
      run: async (subject) => {
        const [ca, other] = [await subject.registerCa(), await subject.registerCa()];
        const made: string[] = [];
        for (const issuer of [ca, other, ca, ca]) {
          const { pem, id } = await subject.issue({ issuer });
          await subject.iot.registerCertificate({ certificatePem: pem });
          if (issuer === ca) made.push(id);
        }
        const byCa: Listing = {
          operation: "ListCertificatesByCA",
          make: () => Promise.resolve(""),
          list: async ({ iot }, marker) => {
            const page = await iot.listCertificatesByCA({
              ...size,
              marker,
              caCertificateId: ca.id,
            });
            return {
              names: page.certificates?.map((each) => each.certificateId) ?? [],
              next: page.nextMarker,
            };
          },
        };
        const everybody = { includes: () => true } as unknown as readonly string[];
        equal((await walk(subject, byCa, everybody)).toSorted(), made.toSorted());
      },
    },
    {
      id: "listing/order/certificates",
      title: "ListCertificates can tell the oldest first and the newest first",
      source,
      confidence: "model",
      run: async (subject) => {
        const ca = await subject.registerCa();
        const made: string[] = [];
        for (let count = 0; count < 3; count += 1) {
          const { pem, id } = await subject.issue({ issuer: ca });
          await subject.iot.registerCertificate({ certificatePem: pem });
          made.push(id);
          // Dates of AWS's may be of whole seconds.
          await subject.settle();
        }
        const list = async (ascendingOrder: boolean) => {
          const page = await subject.iot.listCertificatesByCA({
            caCertificateId: ca.id,
            ascendingOrder,
          });
          return page.certificates?.map(({ certificateId }) => certificateId);
        };
        equal(await list(true), made);
        equal(await list(false), made.toReversed());
      },
    },
    {
      id: "listing/page-size/too-large",
      title: "A page of more than 250 is refused",
      source,
      confidence: "model",
      run: ({ iot }) =>
        refused(iot.listCertificates({ pageSize: 251 }), "400 InvalidRequestException"),
    },
    {
      id: "listing/page-size/zero",
      title: "A page of none is refused",
      source,
      confidence: "model",
      run: ({ iot }) => refused(iot.listThings({ maxResults: 0 }), "400 InvalidRequestException"),
    },
    {
      id: "listing/token/nonsense",
      title: "A token that no answer gave is refused",
      source,
      confidence: "inferred",
      run: async ({ iot }) => {
        // Text that is none, text that could be one, and the name of a thing as one might wrap it up.
        for (const nextToken of ["no such token!", "zzz", "bGFtcC0x"]) {
          await refused(iot.listThings({ nextToken }), "400 InvalidRequestException");
        }
        await refused(iot.listPolicies({ marker: "zzz" }), "400 InvalidRequestException");
      },
    },
  ],
};
