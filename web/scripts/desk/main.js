// What every page of the desk runs. Nothing on a page depends on it.

import { followClaims } from "../ground/claimed.js";
import { startClocks } from "../ground/clock.js";
import { firstWrongField, offerCopies, submitOnChange } from "../ground/forms.js";

startClocks();
followClaims();
submitOnChange();
firstWrongField();
offerCopies();
