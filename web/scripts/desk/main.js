// What every page of the desk runs. Nothing on a page depends on it.

import { followClaims } from "../ground/claimed.js";
import { startClocks } from "../ground/clock.js";
import { countChosen, findProducts, lookAhead, takeDrops } from "./deals.js";
import { drawTimeline } from "./timeline.js";
import { firstWrongField, offerCopies, submitOnChange } from "../ground/forms.js";
import { closeMenus, offerPrinting } from "./frame.js";
import { openPalettes } from "./palette.js";
import { offerPasskeys } from "./passkeys.js";
import { followToday } from "./today.js";

startClocks();
followClaims();
submitOnChange();
firstWrongField();
offerCopies();
countChosen();
findProducts();
lookAhead();
takeDrops();
drawTimeline();
closeMenus();
offerPrinting();
offerPasskeys();
followToday();
openPalettes();
