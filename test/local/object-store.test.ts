import { describeObjectStore } from "../contract/object-store.ts";
import { startFiles } from "./serve-objects.ts";

describeObjectStore("files", startFiles);
