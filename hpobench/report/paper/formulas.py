"""The formulas of a report's method, by the words that its sentences explain."""

from collections.abc import Mapping

from ...scores import BOUNDS
from ...statistics import ALPHA
from ..compared import Compared
from ..method import costs_differ

_LOW, _HIGH = (f"{bound:g}" for bound in BOUNDS)

_TESTS = r"""by the exact signed-rank test \citep{wilcoxon1945,demsar2006}. Of $m$ tests with
$p_{(1)} \le \dots \le p_{(m)}$, the adjusted ones are \citep{holm1979}
\begin{equation}
  \tilde p_{(j)} = \max_{i \le j} \min\{1, (m - i + 1)\, p_{(i)}\} ,
\end{equation}
and the level is """ + f"{ALPHA:g}" + r""". With $P$ problems, no $p$ is below $2^{1-P}$.
"""  # fmt: skip
"""How differences are tested."""

FORMULAS: Mapping[str, str] = {
    "Incumbent": r"""With $v_i$ the value of evaluation $i$, $z_i$ its fidelity and $t_i$ the
cost at which it ended, the incumbent after cost $t$ is
\begin{equation}
  I(t) = \operatorname*{arg\,min}_{i\,:\;t_i \le t,\; z_i = z(t)} v_i ,
  \qquad z(t) = \max_{t_i \le t} z_i ,
\end{equation}
and what is reported is its score $u_{I(t)}$.
""",
    "Cost": r"""Evaluation $i$, which continues a training from fidelity $z'_i$ (0 where it
begins anew), costs
\begin{equation}
  c_i = (z_i - z'_i) / z_{\max} ,
\end{equation}
times the problem's multiple where the evaluation gives a gradient.
""",
    "Regret": r"""For problem $p$ and the seeds $k = 1, \dots, S_p$ of strategy $s$,
\begin{gather}
  r_{s,p,k}(t) = \frac{u_{I(t)} - u^{\mathrm{ref}}_{p,k}}
    {u^{\mathrm{rand}}_{p,k} - u^{\mathrm{ref}}_{p,k}} , \label{eq:regret} \\
  \bar r_s(t) = \frac{1}{P} \sum_{p=1}^{P} \frac{1}{S_p} \sum_{k=1}^{S_p}
    \min\{""" + _HIGH + r""", \max\{""" + _LOW + r""", r_{s,p,k}(t)\}\} . \label{eq:mean}
\end{gather}
""",
    "Seeds": r"""The chance that a run of $A$ is better than one of $B$ is \citep{vargha2000}
\begin{gather}
  P(A \prec B) = \frac{1}{P} \sum_{p=1}^{P} \frac{1}{J_p} \sum_{j=1}^{J_p} \pi_{p,j} , \\
  \pi_{p,j} = \Pr[u_A < u_B] + \tfrac{1}{2} \Pr[u_A = u_B]
\end{gather}
over all pairs of runs on instance $j$ of the $J_p$ instances that both have; the rank of $A$ on an
instance is $1 + \sum_{B \ne A} P(B \prec A)$.
""",
    "Tests": r"""Tested are the differences $d_p$ of two strategies' regrets~\eqref{eq:regret} on
problem $p$, """ + _TESTS,
    "Intervals": r"""For new problems, with $d_p$ the mean on problem $p$ \citep{student1908},
\begin{equation}
  \bar d \pm t_{P-1,\,0.975}\; s_d / \sqrt{P} ;
\end{equation}
for these problems alone, with $v_p$ the variance over the $S_p$ seeds of problem $p$, divided by
$S_p$ \citep{satterthwaite1946},
\begin{equation}
  \bar d \pm t_{\nu,\,0.975}\, \frac{1}{P} \sqrt{\textstyle\sum_p v_p} , \quad
  \nu = \frac{(\sum_p v_p)^2}{\sum_p v_p^2 / (S_p - 1)} .
\end{equation}
""",
}  # fmt: skip
"""What stands below the sentences on each word, as LaTeX."""

WITHOUT_REGRETS = (
    r"""Tested is by how much $A$'s chance to be better than $B$ is below one half on problem $p$,
$d_p = \tfrac{1}{2} - \frac{1}{J_p} \sum_j \pi_{p,j}$, """ + _TESTS
)  # fmt: skip
"""What is tested where no problem has regrets."""

SPEED_UP = r"""\paragraph{Speed-up.} What random search is expected to hold after $m$ evaluations
comes from a frozen pool of $N$ random evaluations of the instance \citep{turner2021}, of which the
one with the $i$-th lowest value has the score $u_{(i)}$:
\begin{equation}
  E_m = \sum_{i=1}^{N} u_{(i)} \binom{N-i}{m-1} \Big/ \binom{N}{m} .
\end{equation}
If $m^*$ is the least $m$, interpolated linearly, with $E_m$ no higher than the mean score of a
strategy's runs after cost $t$, both as regrets, the speed-up is $m^* / t$. Where the runs are
better than $E_N$, it is known to be above $N / t$. Speed-ups are summed up by their median over
problems.
"""
"""What a speed-up is, where there is one."""


def formulas(compared: Compared) -> dict[str, str]:
    """Return what stands below the sentences of `method`, by their words."""
    found = dict(FORMULAS)
    if not compared.scaled:
        found["Tests"] = WITHOUT_REGRETS
    if not costs_differ(compared):
        del found["Cost"]
    return found
