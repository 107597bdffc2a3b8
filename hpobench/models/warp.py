import numpy as np, math
def std(y):
    s=y.std(); return (y-y.mean())/(s if s>0 else 1)
def yj(y,l):
    out=np.empty_like(y); p=y>=0
    out[p]=np.log1p(y[p]) if abs(l)<1e-9 else ((y[p]+1)**l-1)/l
    out[~p]=-np.log1p(-y[~p]) if abs(l-2)<1e-9 else -((1-y[~p])**(2-l)-1)/(2-l)
    return out
def yj_ll(z,l):
    t=yj(z,l); v=t.var()
    return -len(z)/2*math.log(max(v,1e-300))+(l-1)*np.sum(np.sign(z)*np.log1p(np.abs(z)))
def yeojohnson(y, grid=np.linspace(-2,2,41), prior=0.0):
    z=std(y)
    ll=[yj_ll(z,l)-prior*(l-1)**2 for l in grid]
    return std(yj(z,grid[int(np.argmax(ll))]))
def logmin(y):
    # log of distance above the best, softened by robust scale
    b=y.min(); s=np.median(y)-b
    if s<=0: return std(y)
    return std(np.log((y-b)/s+0.05))
def logmin2(y):
    b=y.min(); s=np.median(y)-b
    if s<=0: return std(y)
    return std(np.log((y-b)/s+0.3))
def rank(y):
    from scipy.special import ndtri
    r=np.argsort(np.argsort(y)); return std(ndtri((r+.5)/len(y)))
def winsor(y):
    b=y.min(); m=np.median(y); return std(np.minimum(y,m+2*(m-b)))
def bilog(y):
    # shape: linear below the median, logarithmic above
    m=np.median(y); s=m-y.min()
    if s<=0: return std(y)
    z=(y-m)/s
    return std(np.where(z>0,np.log1p(np.maximum(z,0)),z))
WARPS=dict(std=std,yj=yeojohnson,yjp=lambda y:yeojohnson(y,prior=2.0),log05=logmin,log3=logmin2,rank=rank,winsor=winsor,bilog=bilog)
def soft(c):
    def g(y):
        m=np.median(y); s=m-y.min()
        if s<=0: return std(y)
        z=(y-m)/s
        return std(np.where(z>0,c*np.log1p(np.maximum(z,0)/c),z))
    return g
WARPS.update(s2=soft(2.),s4=soft(4.),s05=soft(.5))
