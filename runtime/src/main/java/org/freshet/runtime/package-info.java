/** A pipeline that runs live. Start reading at {@link org.freshet.runtime.Live}. */
package org.freshet.runtime;
